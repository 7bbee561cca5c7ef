import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { scaffold } from '../commands/new';
import { parse } from 'yaml';
import { projectRoot } from '../root';
import type { ServiceSpec } from '../system/services';

type Values = Readonly<{ services: Readonly<Record<string, Partial<ServiceSpec>>> }>;

const WITHIN_MS = 240_000;
const SCOPE = '@bankside';
/** What a copy of the project has of its own in node_modules. */
const OWN = [SCOPE, '.cache'];

const run = (folder: string, program: string, ...args: readonly string[]): string => {
  try {
    return execFileSync(program, [...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  }
};

/** A copy of the sources, whose packages are linked to each other and to the installed ones. */
const copyOfTheProject = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'bankside-new-'));
  for (const file of run(projectRoot, 'git', 'ls-files', '--cached', '--others', '--exclude-standard')
    .trim()
    .split('\n')) {
    if (!existsSync(join(projectRoot, file))) continue; // Deleted, and not committed yet.
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(projectRoot, file), join(folder, file));
  }
  mkdirSync(join(folder, 'node_modules', SCOPE), { recursive: true });
  for (const name of readdirSync(join(projectRoot, 'node_modules')))
    if (!OWN.includes(name))
      symlinkSync(join(projectRoot, 'node_modules', name), join(folder, 'node_modules', name));
  return folder;
};

/** As `npm install` does: a link for each workspace, and what it has installed of its own. */
const linkWorkspaces = (folder: string): void => {
  for (const parent of ['packages', 'services', 'workflows', '.'])
    for (const name of readdirSync(join(folder, parent))) {
      const workspace = join(folder, parent, name);
      if (name === 'node_modules' || !existsSync(join(workspace, 'package.json'))) continue;
      const manifest = JSON.parse(readFileSync(join(workspace, 'package.json'), 'utf8')) as { name: string };
      const link = join(folder, 'node_modules', manifest.name);
      if (!existsSync(link)) symlinkSync(workspace, link);
      const own = join(parent, name, 'node_modules');
      if (existsSync(join(projectRoot, own))) symlinkSync(join(projectRoot, own), join(folder, own));
    }
};

describe('npm run new', () => {
  let folder: string;
  let printed: string;
  beforeAll(async () => {
    folder = copyOfTheProject();
    const output = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    await scaffold(['service', 'loyalty'], folder);
    await scaffold(['view', 'order-history'], folder);
    await scaffold(['saga', 'buy-voucher'], folder);
    printed = output.mock.calls.map(([text]) => String(text)).join('');
    output.mockRestore();
    linkWorkspaces(folder);
    run(folder, 'npm', 'run', 'contracts');
    run(folder, 'npm', 'run', 'views');
  }, WITHIN_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('prints what it created and changed, and what comes next', () => {
    expect(printed).toMatch(/Created the service loyalty:\n  services\/loyalty\//);
    expect(printed).toMatch(/Changed:\n  packages\/contracts\/src\/contracts.ts: the events of loyalty\n/);
    expect(printed).toMatch(/Next:\n  npm install/);
  });

  it('registers the service in the services map, in the contracts and with its readers', () => {
    const values = parse(readFileSync(join(folder, 'charts/bankside/values.yaml'), 'utf8')) as Values;
    const { loyalty, projection, gateway } = values.services;
    expect(loyalty).toEqual({ database: true, eventSourced: true });
    expect(projection?.subscribes).toContain('loyalty');
    expect(gateway?.calls).toMatchObject({ loyalty: ['history', 'consumers', 'faults'] });
    expect(readFileSync(join(folder, 'packages/contracts/src/contracts.ts'), 'utf8')).toContain(
      'loyalty: loyaltyEvents,',
    );
    expect(existsSync(join(folder, 'packages/contracts/schemas/loyalty.loyalty-opened.v1.json'))).toBe(true);
  });

  it('leaves no name of a template behind', () => {
    const grep = run(folder, 'sh', '-c', 'grep -rliE gadget services workflows packages charts || true');
    expect(grep).toBe('');
  });

  it(
    'writes what compiles',
    () => expect(run(folder, 'npm', 'run', '--silent', 'types')).toBe(''),
    WITHIN_MS,
  );

  it(
    'writes what the linter and the formatter accept',
    () => {
      const written = [
        'services/loyalty',
        'workflows/buy-voucher',
        'packages/contracts',
        'services/projection/src/views',
        'workflows/worker',
      ];
      const checks = [
        ['npx', 'prettier', '--check', ...written, 'charts/bankside/values.yaml'],
        ['node', 'tools/package-graph.mjs'],
        ['npx', 'oxlint', '--type-aware', '--deny-warnings', ...written],
      ];
      for (const [program, ...args] of checks) expect(() => run(folder, program!, ...args)).not.toThrow();
    },
    WITHIN_MS,
  );

  it(
    'writes what passes its own unit tests and those of the packages that it is registered with',
    () => {
      const tests =
        'services/loyalty|order-history|workflows/buy-voucher|views.unit|packages/contracts|system/services';
      const output = run(
        folder,
        'sh',
        '-c',
        `npx jest --selectProjects unit --testPathPatterns '${tests}' 2>&1`,
      );
      for (const suite of [
        'loyalty/src/domain/loyalty',
        'messaging/published',
        'order-history',
        'activities',
      ])
        expect(output).toMatch(new RegExp(`PASS unit \\S*${suite}`));
    },
    WITHIN_MS,
  );

  it('rejects a name that was used, and writes nothing', async () => {
    const before = run(
      folder,
      'sh',
      '-c',
      'find services workflows packages charts -type f | sort | xargs cksum',
    );
    for (const [kind, name] of [
      ['service', 'loyalty'],
      ['view', 'order-history'],
      ['saga', 'buy-voucher'],
    ])
      await expect(scaffold([kind!, name!], folder)).rejects.toMatchObject({ exitCode: 2 });
    expect(
      run(folder, 'sh', '-c', 'find services workflows packages charts -type f | sort | xargs cksum'),
    ).toBe(before);
  });
});
