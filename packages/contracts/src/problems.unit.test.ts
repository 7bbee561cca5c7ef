import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { apiSections, problemsOf, type Operations } from './http';
import { problems, type ProblemName } from './problems';

const ROOT = join(__dirname, '..', '..', '..');
const isSource = (file: string): boolean =>
  file.endsWith('.ts') &&
  file.includes(`${sep}src${sep}`) &&
  !file.endsWith('.test.ts') &&
  !file.includes(`${sep}node_modules${sep}`) &&
  !file.includes(join('contracts', 'src'));
const sources = ['packages', 'services', 'workflows'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join(ROOT, folder, file))
    .filter(isSource)
    .map((file) => readFileSync(file, 'utf8')),
);
const rows = Object.entries(problems);

describe('the table of problems', () => {
  it('is compared with the sources of all packages, services and workflows', () =>
    expect(sources.length).toBeGreaterThan(100));

  it.each(rows)('has no unused row: %s is thrown somewhere', (name) =>
    expect({ name, used: sources.some((source) => source.includes(`'${name}'`)) }).toEqual({
      name,
      used: true,
    }),
  );

  it.each(rows)('describes %s in whole sentences', (_name, { title, when, remedy, status }) => {
    expect(title).toMatch(/^[A-Z]/);
    expect(when).toMatch(/^[A-Z`].*\.$/);
    expect(remedy).toMatch(/^[A-Z`].*\.$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
  });
});

describe('the problems of the public API', () => {
  const calls = apiSections.flatMap(({ operations }) => Object.entries(operations as Operations));
  /** A saga maps each rejection by one of its services to 409. */
  const isFromSaga = (id: string): boolean =>
    ['payCard', 'repayLoanFromAccount', 'transferMoney', 'changeMobileNumber'].includes(id);

  it.each(calls)('of %s have the status of the table', (id, operation) => {
    const listed = [...problemsOf(operation)].flatMap(([status, names]) =>
      names.map((name): [ProblemName, number] => [name, Number(status)]),
    );
    expect(listed.length).toBeGreaterThan(0);
    const deviating = listed.filter(([name, status]) => status !== problems[name].status);
    expect(isFromSaga(id) ? deviating.filter(([, status]) => status !== 409) : deviating).toEqual([]);
  });
});
