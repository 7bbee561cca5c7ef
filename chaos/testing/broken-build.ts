import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@bankside/tools';
import { build, type Plugin } from 'esbuild';

/** A mistake in the code: in this file this text, which must be there once, is replaced. */
export type Mistake = Readonly<{ file: string; right: string; wrong: string }>;

const escaped = (file: string): RegExp => new RegExp(`/${file.replaceAll('.', '\\.')}$`);

const mistaken = ({ file, right, wrong }: Mistake): string => {
  const source = readFileSync(join(projectRoot, file), 'utf8');
  if (source.split(right).length !== 2) throw new Error(`${file} does not have once: ${right}`);
  return source.replace(right, () => wrong);
};

const plugin = (mistakes: readonly Mistake[]): Plugin => ({
  name: 'mistakes',
  setup: (building) => {
    for (const mistake of mistakes)
      building.onLoad({ filter: escaped(mistake.file) }, () => ({
        contents: mistaken(mistake),
        loader: 'ts',
      }));
  },
});

/** Bundles a service with mistakes in it, beside the build and not into it. Answers where it is. */
export const brokenBuild = async (
  service: string,
  mistakes: readonly Mistake[],
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
    plugins: [plugin(mistakes)],
    logLevel: 'error',
  });
  return outfile;
};
