import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@bankside/tools';
import { build, type Plugin } from 'esbuild';

/** Replaces `right`, which must occur exactly once in `file`, by `wrong`; its argument is an expression: whether the defect is on. */
export type Mutation = Readonly<{ file: string; right: string; wrong: (isOn: string) => string }>;

/** A defect of a build, which a test turns on and off while the build runs. */
export type Defect = Readonly<{ name: string; mutations: readonly Mutation[] }>;

const switchOf = (folder: string, { name }: Defect): string => join(folder, `${name}.on`);

export const turnOn = (folder: string, defect: Defect): void => writeFileSync(switchOf(folder, defect), '');
export const turnOff = (folder: string, defect: Defect): void => rmSync(switchOf(folder, defect));

const escaped = (file: string): RegExp => new RegExp(`/${file.replaceAll('.', '\\.')}$`);

/** The source of a file with all of its mutations. */
const mutated = (file: string, defects: readonly Defect[], folder: string): string => {
  let source = readFileSync(join(projectRoot, file), 'utf8');
  for (const defect of defects)
    for (const { right, wrong } of defect.mutations.filter((mutation) => mutation.file === file)) {
      if (source.split(right).length !== 2) throw new Error(`${file} must contain exactly once: ${right}`);
      const isOn = `process.getBuiltinModule('node:fs').existsSync(${JSON.stringify(switchOf(folder, defect))})`;
      source = source.replace(right, () => wrong(isOn));
    }
  return source;
};

const plugin = (defects: readonly Defect[], folder: string): Plugin => ({
  name: 'mutations',
  setup: (building) => {
    for (const file of new Set(defects.flatMap(({ mutations }) => mutations.map((one) => one.file))))
      building.onLoad({ filter: escaped(file) }, () => ({
        contents: mutated(file, defects, folder),
        loader: 'ts',
      }));
  },
});

/** Bundles a service with defects in it, beside the build and not into it. Returns its path. */
export const brokenBuild = async (
  service: string,
  defects: readonly Defect[],
  folder: string,
): Promise<string> => {
  const outfile = join(folder, `${service}.cjs`);
  await build({
    absWorkingDir: projectRoot,
    entryPoints: [`services/${service}/src/main.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    external: ['pg-native'],
    plugins: [plugin(defects, folder)],
    logLevel: 'error',
  });
  return outfile;
};
