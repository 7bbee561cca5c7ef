import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../root';
import { allServices } from '../system/services';
import { generatedFiles } from './generated-files';
import { renderedManifests } from './rendered-manifests';

type Artifact = Readonly<{
  image: string;
  docker?: Readonly<{ target?: string }>;
  custom?: Readonly<{ buildCommand: string }>;
  sync?: object;
}>;
type Stages = Readonly<{
  build: Readonly<{ artifacts: readonly Artifact[] }>;
  deploy: Readonly<{ helm: Readonly<{ releases: readonly Readonly<{ name: string }>[] }> }>;
}>;
type Skaffold = Stages & Readonly<{ profiles: readonly (Stages & Readonly<{ name: string }>)[] }>;

/** A fake kubectl that finds no object and records the objects to create. */
const kubectlThatRecords = () => {
  const folder = mkdtempSync(join(tmpdir(), 'bankside-kubectl-'));
  const record = join(folder, 'record');
  const script = `#!/bin/sh\ncase "$*" in *" get "*|get*) exit 1;; esac\necho "$@" >>${record}\n`;
  writeFileSync(record, '');
  writeFileSync(join(folder, 'kubectl'), script);
  chmodSync(join(folder, 'kubectl'), 0o755);
  return { folder, lines: () => readFileSync(record, 'utf8').trim().split('\n') };
};

describe('files generated from the charts', () => {
  it('are what `npm run k8s` writes', async () => {
    const files = await generatedFiles();
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(['k8s/dev/bankside.yaml', 'k8s/dev/backing.yaml', 'skaffold.yaml']),
    );
    for (const [file, text] of files)
      expect({ file, text: readFileSync(join(projectRoot, file), 'utf8') }).toEqual({ file, text });
  });
});

describe('skaffold.yaml', () => {
  const { build, deploy, profiles } = parse(readFileSync(join(projectRoot, 'skaffold.yaml'), 'utf8'), {
    merge: true,
  }) as Skaffold;
  const profile = (named: string): Stages => profiles.find(({ name }) => name === named)!;
  const imagesOf = ({ artifacts }: Stages['build']): readonly string[] => artifacts.map(({ image }) => image);
  const services = allServices().map(({ name }) => name);

  it('builds an image of every service, with and without a Docker daemon', () => {
    const images = services.map((service) => `bankside/${service}`);
    const daemonless = profile('daemonless').build;
    expect(images).not.toEqual([]);
    expect(imagesOf(build)).toEqual(images);
    expect(imagesOf(daemonless)).toEqual(images);
    expect(daemonless.artifacts.map(({ custom }) => custom?.buildCommand)).toEqual(
      services.map((service) => `node tools/build-image.mjs --build-arg SERVICE=${service}`),
    );
  });

  it('builds, deploys and syncs one image for development', () => {
    const dev = profile('dev');
    const [artifact] = dev.build.artifacts;
    const [daemonless] = profile('daemonless-dev').build.artifacts;
    expect(imagesOf(dev.build)).toEqual(['bankside/dev']);
    expect(artifact?.docker?.target).toBe('dev');
    expect(daemonless).toMatchObject({ image: 'bankside/dev', sync: artifact?.sync });
    expect(daemonless?.custom?.buildCommand).toBe('node tools/build-image.mjs --target dev');
    const releases = deploy.helm.releases.map(({ name }) => name);
    expect(dev.deploy.helm.releases.map(({ name }) => name)).toEqual(releases);
  });
});

describe('k8s/dev/secrets.sh', () => {
  it('creates exactly the Secrets of the backing chart', async () => {
    const { secrets } = await renderedManifests();
    const { folder, lines } = kubectlThatRecords();
    execFileSync(join(projectRoot, 'k8s', 'dev', 'secrets.sh'), {
      env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` },
    });
    const made = lines().flatMap((line) => / secret generic (\S+)/.exec(line)?.[1] ?? []);
    rmSync(folder, { recursive: true });
    expect(made.sort()).toEqual([...secrets].sort());
  });
});
