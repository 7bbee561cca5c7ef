import { Router, static as files } from 'express';

/** Swagger UI needs inline styles, and nothing from other origins. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Bankside API</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
    <link rel="stylesheet" href="/docs/docs.css" />
  </head>
  <body>
    <header class="bar">
      <a href="/console/">← Console</a>
      <div id="tokens" role="group" aria-label="Token"></div>
    </header>
    <div id="page"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

export type Documents = Readonly<{
  openApi: object;
  asyncApi: object;
  /** JSON Schemas of published events, by type. */
  schemas: Readonly<Record<string, object>>;
}>;

/**
 * Serves `/openapi.json`, `/asyncapi.json` and `/schemas/<event>.json` for tools, and `/docs` for readers. `folders` hold the
 * files of swagger-ui-dist and of `docs-page`.
 */
export const docsRouter = ({ openApi, asyncApi, schemas }: Documents, folders: readonly string[]): Router => {
  const router = Router();
  const document = (path: string, content: object): void => {
    const json = JSON.stringify(content);
    router.get(path, (_req, res) => void res.type('json').send(json));
  };
  document('/openapi.json', openApi);
  document('/asyncapi.json', asyncApi);
  for (const [type, schema] of Object.entries(schemas)) document(`/schemas/${type}.json`, schema);
  router.use('/docs', (_req, res, next) => {
    res.set('Content-Security-Policy', POLICY);
    next();
  });
  router.get('/docs', (_req, res) => void res.type('html').send(PAGE));
  for (const folder of folders) router.use('/docs', files(folder, { index: false, maxAge: '1h' }));
  return router;
};
