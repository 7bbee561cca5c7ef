import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('./src/page', import.meta.url));
const ENTRY = join(source, 'main.tsx');
const HTML = join(source, 'index.html');

/** Writes index.html beside the bundle, with the names that the bundle's files have got. */
const page = (folder) => ({
  name: 'page',
  setup: ({ onEnd, onStart }) => {
    onStart(() => rmSync(folder, { recursive: true, force: true }));
    onEnd(({ errors, metafile }) => {
      if (errors.length > 0) return;
      const [script, { cssBundle }] = Object.entries(metafile.outputs).find(([, { entryPoint }]) =>
        entryPoint?.endsWith(basename(ENTRY)),
      );
      const html = readFileSync(HTML, 'utf8')
        .replace('main.js', basename(script))
        .replace('main.css', basename(cssBundle));
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'index.html'), html);
    });
  },
});

/**
 * Evaluates `@bankside/contracts/owners` while bundling: its lists are derived from the contracts, whose schemas the page
 * does not need.
 */
const owners = {
  name: 'owners',
  setup: ({ onLoad, esbuild }) => {
    onLoad({ filter: /contracts[\\/]src[\\/]owners\.ts$/ }, async ({ path }) => {
      const { outputFiles, metafile } = await esbuild.build({
        entryPoints: [path],
        bundle: true,
        platform: 'node',
        format: 'esm',
        write: false,
        metafile: true,
      });
      const lists = await import(
        `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
      );
      const contents = Object.entries(lists).map(
        ([name, list]) => `export const ${name} = ${JSON.stringify(list)};`,
      );
      return { contents: contents.join('\n'), watchFiles: Object.keys(metafile.inputs) };
    });
  },
};

/** File names contain a hash of the content. Pages that are imported dynamically become files of their own. */
const optionsOf = (root, folder) => ({
  absWorkingDir: root,
  entryPoints: [ENTRY],
  outdir: folder,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  splitting: true,
  bundle: true,
  format: 'esm',
  target: ['es2022', 'chrome111', 'firefox113', 'safari16.4'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  minify: true,
  sourcemap: 'linked',
  metafile: true,
  logLevel: 'warning',
  plugins: [owners, page(folder)],
});

/** The page of the console, in a folder. */
export const asset = 'console-page';

/** Bundles the page. Returns the files that it was made of. */
export const bundleAsset = async (root, folder) => {
  const { build } = await import('esbuild');
  const { metafile } = await build(optionsOf(root, folder));
  return [
    ...Object.keys(metafile.inputs),
    'services/console/bundle.mjs',
    'services/console/src/page/index.html',
  ];
};
