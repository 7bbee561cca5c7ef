import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from './root';

/** `templates` has links as they are right once a template is copied. */
const SKIPPED = new Set(['node_modules', 'dist', '.data', '.git', 'templates']);

const documentsIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : documentsIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });

/** Targets of relative links, without anchors. */
const linksIn = (document: string): readonly string[] =>
  [...readFileSync(document, 'utf8').matchAll(/\]\(([^)\s#]+)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target));

describe('the links of the documents', () => {
  it('point to files and folders that exist', () => {
    const links = documentsIn(projectRoot).flatMap((document) =>
      linksIn(document).map((target) => join(dirname(document), target)),
    );
    expect(links.length).toBeGreaterThan(100);
    expect(links.filter((path) => !existsSync(path))).toEqual([]);
  });
});
