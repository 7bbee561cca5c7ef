import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './root';

type Lock = Readonly<{
  packages: Readonly<Record<string, Readonly<{ optionalDependencies?: Readonly<Record<string, string>> }>>>;
}>;

describe('package-lock.json', () => {
  // A registry that lacks a package for some platform makes npm install leave it out, and npm ci refuse the file later.
  it('has the packages of every platform, without which npm ci rejects it', () => {
    const { packages } = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as Lock;
    const names = new Set(Object.keys(packages).map((path) => path.slice(path.lastIndexOf('node_modules/'))));
    const missing = Object.values(packages)
      .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
      .filter((name) => !names.has(`node_modules/${name}`));
    expect(missing).toEqual([]);
  });

  it('names no registry', () => {
    expect(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "https?:/);
  });
});
