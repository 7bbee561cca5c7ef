import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../root';
import { allServices } from '../system/services';
import { generatedFiles } from './generated-files';
import { renderedManifests } from './rendered-manifests';

type Artifact = Readonly<{ image: string; docker: Readonly<{ target?: string }>; sync?: object }>;
type Stages = Readonly<{
  build: Readonly<{ artifacts: readonly Artifact[] }>;
  deploy: Readonly<{ helm: Readonly<{ releases: readonly Readonly<{ name: string }>[] }> }>;
}>;
type Skaffold = Stages & Readonly<{ profiles: readonly (Stages & Readonly<{ name: string }>)[] }>;

/** A fake kubectl that finds no object and records what it is asked to create. */
const kubectlThatRecords = () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
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
  it('builds, deploys and syncs every service', () => {
    const { build, deploy, profiles } = parse(readFileSync(join(projectRoot, 'skaffold.yaml'), 'utf8'), {
      merge: true,
    }) as Skaffold;
    const images = allServices().map(({ name }) => `bankside/${name}`);
    const dev = profiles.find(({ name }) => name === 'dev')!;
    expect(images).not.toEqual([]);
    expect(build.artifacts.map(({ image }) => image)).toEqual(images);
    expect(dev.build.artifacts.map(({ image }) => image)).toEqual(images);
    expect(dev.build.artifacts.filter(({ sync, docker }) => !sync || docker.target !== 'dev')).toEqual([]);
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
    expect(made.sort()).toEqual([...secrets].sort());
  });
});
