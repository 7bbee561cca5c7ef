// Compiles Go packages into Go's build cache while npm installs, so that the builds that follow find them there. Plain
// JavaScript, because the toolchain that decides what to build is not installed yet.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { devNull, homedir } from 'node:os';
import { join } from 'node:path';

/** The one that takes longest to build. */
const PROGRAM = 'temporal';

const isPresent = () => {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bankside');
  return (
    spawnSync(PROGRAM, ['--version'], { stdio: 'ignore' }).status === 0 ||
    (existsSync(cache) && readdirSync(cache).some((file) => file.startsWith(`${PROGRAM}-`)))
  );
};

/** Returns the function that ends it; what is compiled by then stays in the cache. Without Go it does nothing. */
export const compileAhead = (root) => {
  if (isPresent()) return () => {};
  const go = spawn('go', ['build', '-trimpath', '-o', devNull, '.'], {
    cwd: join(root, 'tools/go', PROGRAM),
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' },
    stdio: 'ignore',
  });
  go.on('error', () => {}); // The toolchain reports a missing Go, where a program has to be built.
  return () => go.kill();
};
