import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const SCRIPT = join(__dirname, '..', '..', 'package-graph.mjs');

describe('the check of the package graph', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'bankside-package-graph-'));
    write('package.json', {
      workspaces: ['packages/*', 'services/*', 'workflows/*'],
      devDependencies: { jest: '1.0.0' },
    });
    for (const folder of ['services', 'workflows']) mkdirSync(join(root, folder));
    workspace('packages/low', { exports: { '.': './src/index.ts', './parts/*': './src/parts/*.ts' } });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (file: string, content: object | string): void => {
    const path = join(root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  };
  const workspace = (folder: string, manifest: object = {}, source = ''): void => {
    const name = `@bankside/${folder.split('/')[1]}`;
    write(`${folder}/package.json`, { name, exports: { '.': './src/index.ts' }, ...manifest });
    write(`${folder}/src/index.ts`, source);
  };
  const check = (...options: readonly string[]) => {
    const { status, stderr } = spawnSync(process.execPath, [SCRIPT, ...options, root], { encoding: 'utf8' });
    return { status, problems: stderr.split('\n').filter(Boolean) };
  };
  const onLow = { dependencies: { '@bankside/low': '*' } };

  it('accepts declared imports of exported entries', () => {
    workspace(
      'packages/high',
      onLow,
      `import a from '@bankside/low';\nimport b from '@bankside/low/parts/b';\n`,
    );
    expect(check()).toEqual({ status: 0, problems: [] });
  });

  it('rejects an import that the manifest does not declare, of a workspace or of npm', () => {
    workspace('packages/high', {}, `import a from '@bankside/low';\nimport type { B } from 'lib/b';\n`);
    expect(check()).toEqual({
      status: 1,
      problems: [
        'packages/high/src/index.ts: imports @bankside/low, which is not in its dependencies',
        'packages/high/src/index.ts: imports lib, which is not in its dependencies',
      ],
    });
  });

  it('lets tests use development dependencies, also those of the root', () => {
    workspace('packages/high', { devDependencies: { '@bankside/low': '*' } });
    write('packages/high/src/a.unit.test.ts', `import '@bankside/low';\nimport { jest } from 'jest';\n`);
    expect(check().problems).toEqual([]);
    write('packages/high/src/index.ts', `export * from '@bankside/low';\n`);
    expect(check().problems).toEqual([
      'packages/high/src/index.ts: imports @bankside/low, which is not in its dependencies',
    ]);
  });

  it('rejects an entry that is not exported, and a file of another workspace', () => {
    workspace(
      'packages/high',
      onLow,
      `import a from '@bankside/low/src/a';\nexport * from '../../low/src';\n`,
    );
    expect(check().problems).toEqual([
      'packages/high/src/index.ts: imports ../../low/src, a file of another workspace: import its package',
      'packages/high/src/index.ts: imports @bankside/low/src/a, which packages/low/package.json does not export',
    ]);
  });

  it('rejects imports upward, by folder', () => {
    workspace('services/one', onLow, `import '@bankside/low';\n`);
    workspace('services/two', { dependencies: { '@bankside/one': '*' } }, `import '@bankside/one';\n`);
    workspace('packages/high', { dependencies: { '@bankside/one': '*' } }, `import '@bankside/one';\n`);
    expect(check().problems).toEqual([
      'packages/high/src/index.ts: packages must not import services (@bankside/one)',
      'services/two/src/index.ts: services must not import services (@bankside/one)',
    ]);
  });

  it('lets a service use the client of a workflow and nothing else of it', () => {
    const exports = { '.': './src/index.ts', './client': './src/client.ts' };
    workspace('workflows/saga', { exports });
    const dependencies = { '@bankside/saga': '*' };
    workspace(
      'services/one',
      { dependencies },
      `import '@bankside/saga/client';\nimport '@bankside/saga';\n`,
    );
    expect(check().problems).toEqual([
      'services/one/src/index.ts: services must not import workflows (@bankside/saga)',
    ]);
  });

  it('rejects a cycle of packages', () => {
    workspace('packages/low', { dependencies: { '@bankside/high': '*' } }, `import '@bankside/high';\n`);
    workspace('packages/high', onLow, `import '@bankside/low';\n`);
    expect(check().problems).toEqual([
      'a cycle of packages: @bankside/high → @bankside/low → @bankside/high',
    ]);
  });

  it('declares what is missing, removes what is unused, and keeps the version of another workspace', () => {
    workspace('packages/other', { dependencies: { lib: '1.2.3' } }, `import 'lib';\n`);
    const dependencies = { unused: '1.0.0' };
    workspace('packages/high', { dependencies }, `import '@bankside/low';\nimport 'lib/part';\n`);
    expect(check('--fix')).toEqual({ status: 0, problems: [] });
    const manifest = readFileSync(join(root, 'packages/high/package.json'), 'utf8');
    expect(JSON.parse(manifest)).toMatchObject({ dependencies: { '@bankside/low': '*', lib: '1.2.3' } });
    expect(manifest).not.toContain('unused');
  });
});
