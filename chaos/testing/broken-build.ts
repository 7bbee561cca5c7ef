import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@bankside/tools';
import { build, type Plugin } from 'esbuild';

/** Replaces `right`, which must occur exactly once in `file`, by `wrong`. */
export type Mutation = Readonly<{ file: string; right: string; wrong: string }>;

const escaped = (file: string): RegExp => new RegExp(`/${file.replaceAll('.', '\\.')}$`);

const mutated = ({ file, right, wrong }: Mutation): string => {
  const source = readFileSync(join(projectRoot, file), 'utf8');
  if (source.split(right).length !== 2) throw new Error(`${file} must contain exactly once: ${right}`);
  return source.replace(right, () => wrong);
};

const plugin = (mutations: readonly Mutation[]): Plugin => ({
  name: 'mutations',
  setup: (building) => {
    for (const mutation of mutations)
      building.onLoad({ filter: escaped(mutation.file) }, () => ({
        contents: mutated(mutation),
        loader: 'ts',
      }));
  },
});

/** Bundles a service with mutations in it, beside the build and not into it. Returns its path. */
export const brokenBuild = async (
  service: string,
  mutations: readonly Mutation[],
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
    plugins: [plugin(mutations)],
    logLevel: 'error',
  });
  return outfile;
};
