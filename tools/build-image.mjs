// Builds and pushes an image for skaffold without a Docker daemon: node build-image.mjs [--target dev] [--build-arg …]
// Skaffold sets IMAGE, PUSH_IMAGE and BUILD_CONTEXT. BUILDER is buildah or podman; both take the same arguments. npm in the
// build reads the certificates and the .npmrc of this user.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const {
  BUILDER = 'buildah',
  IMAGE,
  PUSH_IMAGE,
  BUILD_CONTEXT = '.',
  NODE_EXTRA_CA_CERTS = '',
  npm_config_userconfig: npmrc = join(homedir(), '.npmrc'),
} = process.env;

const run = (...args) => {
  const { status, error } = spawnSync(BUILDER, args, { stdio: 'inherit' });
  if (error) console.error(`${BUILDER} cannot be started: ${error.message}`);
  if (status !== 0) process.exit(1);
};

const secrets = Object.entries({ ca: NODE_EXTRA_CA_CERTS, npmrc })
  .filter(([, file]) => existsSync(file))
  .flatMap(([id, file]) => ['--secret', `id=${id},src=${file}`]);
const options = ['--layers', '--pull=false', ...secrets, ...process.argv.slice(2)];
run('build', ...options, '--tag', IMAGE, BUILD_CONTEXT);

// A registry that is reached through a forwarded port has no certificate.
const tls = !/^(localhost|127\.0\.0\.1):/.test(IMAGE);
if (PUSH_IMAGE === 'true') run('push', `--tls-verify=${tls}`, IMAGE);
