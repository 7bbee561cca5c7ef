import express, { type RequestHandler } from 'express';
import { listen } from './listen';

export type Seen = Readonly<{
  method: string;
  path: string;
  headers: Readonly<Record<string, unknown>>;
  body: unknown;
}>;

/** A service that records its requests and returns an empty object, unless `respond` responds. */
export const echoService = async (respond?: RequestHandler) => {
  const seen: Seen[] = [];
  const app = express();
  app.use(express.json(), (req, res, next) => {
    seen.push({ method: req.method, path: req.originalUrl, headers: req.headers, body: req.body as unknown });
    if (respond) void respond(req, res, next);
    else next();
  });
  app.use((_req, res) => void res.json({}));
  return { seen, ...(await listen(app)) };
};
