// A plugin of esbuild: the SDK of Dapr gets the index in dapr.cjs, and nothing that only gRPC or actors use.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, '../../node_modules');
const SDK = join(modules, '@dapr/dapr');
const UNUSED = ['implementation/Client/GRPCClient', 'actors'].map((folder) => join(SDK, folder));

export const daprOverHttp = {
  name: 'dapr-over-http',
  setup: (build) => {
    const index = { path: join(here, 'dapr.cjs') };
    const unused = { path: join(here, 'unused.cjs') };
    build.onResolve({ filter: /^@dapr\/dapr$/ }, () => index);
    build.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      if (!resolveDir.startsWith(SDK)) return undefined;
      const target = join(resolveDir, path);
      if (target === SDK) return index;
      return UNUSED.some((folder) => target.startsWith(folder)) ? unused : undefined;
    });
    build.onResolve({ filter: /^@(grpc|bufbuild)\// }, ({ path, importer }) =>
      importer.startsWith(SDK)
        ? {
            errors: [
              {
                text: `${importer} loads ${path}, which only gRPC needs. Are the folders of the SDK others now?`,
              },
            ],
          }
        : undefined,
    );
    // node-fetch uses it, with its tables of Unicode, where Node has no URL.
    build.onResolve({ filter: /^whatwg-url$/ }, ({ importer }) =>
      importer.startsWith(join(modules, 'node-fetch')) ? unused : undefined,
    );
  },
};
