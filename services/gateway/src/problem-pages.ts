import { problemsOf, type Operations } from '@bankside/contracts/http';
import { isProblemName, problems, type ProblemName } from '@bankside/contracts/problems';
import { notFound } from '@bankside/http';
import { Router } from 'express';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

const codeOf = (text: string): string => text.replaceAll(/`([^`]*)`/g, '<code>$1</code>');

const page = (name: ProblemName, calls: readonly string[]): string => {
  const { status, title, when, remedy } = problems[name];
  const list = calls.map((call) => `<li><code>${call}</code></li>`).join('');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>${title}</title>
    <style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }</style>
  </head>
  <body>
    <h1>${title}</h1>
    <p><code>${name}</code>, status ${status}</p>
    <p>${codeOf(when)}</p>
    <h2>What to do</h2>
    <p>${codeOf(remedy)}</p>
    ${list === '' ? '' : `<h2>Calls that return it</h2><ul>${list}</ul>`}
    <p><a href="/docs">API documentation</a></p>
  </body>
</html>
`;
};

/** The pages behind the `type` of a problem. */
export const problemPages = (table: Operations): Router => {
  const callsWith = (name: ProblemName): readonly string[] =>
    Object.values(table)
      .filter((operation) => [...problemsOf(operation).values()].some((names) => names.includes(name)))
      .map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  const router = Router();
  router.get('/problems/:name', (req, res) => {
    const { name } = req.params;
    if (!isProblemName(name)) throw notFound('such problem');
    res
      .set('Content-Security-Policy', POLICY)
      .type('html')
      .send(page(name, callsWith(name)));
  });
  return router;
};
