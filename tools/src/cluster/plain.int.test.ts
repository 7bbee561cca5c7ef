import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../root';
import { plainManifests } from './plain';
import { withTable } from './values-table';

const dev = join(projectRoot, 'k8s', 'dev');

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

describe('the plain manifests in k8s/dev', () => {
  let plain: Awaited<ReturnType<typeof plainManifests>>;
  beforeAll(async () => {
    plain = await plainManifests();
  });

  it.each(['bankside.yaml', 'backing.yaml'] as const)(
    'have %s as the charts render it (npm run k8s)',
    (name) => {
      expect(readFileSync(join(dev, name), 'utf8')).toBe(plain.files[name]);
    },
  );

  it('have a script that makes every Secret of the backing chart, and no other', () => {
    const { folder, lines } = kubectlThatRecords();
    execFileSync(join(dev, 'secrets.sh'), {
      env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` },
    });
    const made = lines().flatMap((line) => / secret generic (\S+)/.exec(line)?.[1] ?? []);
    expect(made.sort()).toEqual([...plain.secrets].sort());
  });
});

describe("the table in each chart's README", () => {
  it.each(['bankside', 'backing'])('tells the values of %s as they are (npm run k8s)', (chart) => {
    const [readme, values] = ['README.md', 'values.yaml'].map((name) =>
      readFileSync(join(projectRoot, 'charts', chart, name), 'utf8'),
    );
    expect(readme).toBe(withTable(readme!, values!));
  });
});
