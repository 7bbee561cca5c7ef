import { problemsOf, type Operations } from '@bankside/contracts/http';
import { notFound } from '@bankside/http';
import { Router } from 'express';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

const page = (name: string, status: string, calls: readonly string[]): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>${name}</title>
    <style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }</style>
  </head>
  <body>
    <h1>${name}</h1>
    <p>A problem of status ${status}. It can be the answer of:</p>
    <ul>${calls.map((call) => `<li>${call}</li>`).join('')}</ul>
    <p><a href="/docs">The whole API</a></p>
  </body>
</html>
`;

/** The pages that the `type` of a problem leads to. */
export const problemPages = (table: Operations): Router => {
  const known = new Map<string, { status: string; calls: string[] }>();
  for (const operation of Object.values(table))
    for (const [status, names] of problemsOf(operation))
      for (const name of names) {
        const entry = known.get(name) ?? { status, calls: [] };
        entry.calls.push(`${operation.method.toUpperCase()} ${operation.path}`);
        known.set(name, entry);
      }
  const router = Router();
  router.get('/problems/:name', (req, res) => {
    const found = known.get(req.params.name);
    if (found === undefined) throw notFound('such problem');
    res
      .set('Content-Security-Policy', POLICY)
      .type('html')
      .send(page(req.params.name, found.status, found.calls));
  });
  return router;
};
