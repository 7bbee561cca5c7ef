import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const MAX_FLOORS = 5;

/** `index.ts` only re-exports, and tests stand outside. */
const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'index.ts',
);

const importsOf = (file: string): readonly string[] =>
  [...readFileSync(join(__dirname, file), 'utf8').matchAll(/ from '(\.[^']+)';/g)].map(
    ([, path]) => `${normalize(join(dirname(file), path!))}.ts`,
  );

/** The longest chain of imports that begins at a file. Throws for a circular import. */
const chainFrom = (file: string, importers: readonly string[] = []): readonly string[] => {
  if (importers.includes(file)) throw new Error(`circular import: ${[...importers, file].join(' → ')}`);
  const chains = importsOf(file).map((imported) => chainFrom(imported, [...importers, file]));
  const longest = chains.reduce((one, other) => (other.length > one.length ? other : one), []);
  return [file, ...longest];
};

it(`imports through at most ${MAX_FLOORS} floors, without a cycle`, () => {
  expect(files.length).toBeGreaterThan(20);
  const tooLong = files.map((file) => chainFrom(file)).filter(({ length }) => length > MAX_FLOORS);
  expect(tooLong).toEqual([]);
});
