import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../root';
import { generatedFiles } from './generated-files';
import { renderedManifests } from './rendered-manifests';

/** A stand-in for kubectl that has nothing yet and writes down what it is told to make. */
const kubectlThatRecords = () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
  const record = join(folder, 'record');
  const script = `#!/bin/sh\ncase "$*" in *" get "*|get*) exit 1;; esac\necho "$@" >>${record}\n`;
  writeFileSync(record, '');
  writeFileSync(join(folder, 'kubectl'), script);
  chmodSync(join(folder, 'kubectl'), 0o755);
  return { folder, lines: () => readFileSync(record, 'utf8').trim().split('\n') };
};

describe('what is made of the charts', () => {
  it('is what `npm run k8s` makes', async () => {
    for (const [file, text] of await generatedFiles())
      expect({ file, text: readFileSync(join(projectRoot, file), 'utf8') }).toEqual({ file, text });
  });
});

describe('k8s/dev/secrets.sh', () => {
  it('makes every Secret of the backing chart, and no other', async () => {
    const { secrets } = await renderedManifests();
    const { folder, lines } = kubectlThatRecords();
    execFileSync(join(projectRoot, 'k8s', 'dev', 'secrets.sh'), {
      env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` },
    });
    const made = lines().flatMap((line) => / secret generic (\S+)/.exec(line)?.[1] ?? []);
    expect(made.sort()).toEqual([...secrets].sort());
  });
});
