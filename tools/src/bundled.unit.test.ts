import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { projectRoot } from './root';

type Types = Readonly<Record<string, Readonly<{ extensions?: readonly string[] }>>>;

const typesIn = (file: string): Types => JSON.parse(readFileSync(join(projectRoot, file), 'utf8')) as Types;

describe('the media types in bundles', () => {
  const types = typesIn('tools/bundled/mime-db.json');

  it('are as in mime-db', () => expect(typesIn('node_modules/mime-db/db.json')).toMatchObject(types));

  it.each(['node_modules/swagger-ui-dist', 'services/gateway/docs-page', 'services/console/src/page'])(
    'include those of the files in %s',
    (folder) => {
      const known = new Set(Object.values(types).flatMap(({ extensions = [] }) => extensions));
      const served = readdirSync(join(projectRoot, folder))
        .map((file) => extname(file).slice(1))
        .filter((extension) => extension !== '' && !/^tsx?$/.test(extension));
      expect(served.length).toBeGreaterThan(0);
      expect(served.filter((extension) => !known.has(extension))).toEqual([]);
    },
  );
});
