import { setTimeout as wait } from 'node:timers/promises';
import { Router } from 'express';
import { createLogger, createMetrics, httpService, serve } from '../src';

// A service as a process of its own. `GET /slow/<ms>` takes that long, `GET /drops/<ms>` sends a drop at once and the last one after that time.
const slow = Router();
slow.get('/slow/:ms', async (req, res) => {
  await wait(Number(req.params.ms));
  res.json({ pid: process.pid });
});
slow.get('/drops/:ms', async (req, res) => {
  res.write('first,');
  await wait(Number(req.params.ms));
  res.end('last');
});

const logger = createLogger('slow', 'fatal');
const app = httpService({
  logger,
  metrics: createMetrics('slow'),
  routes: { '/': slow },
  ready: async () => undefined,
});
serve(app, { host: '127.0.0.1', port: Number(process.argv[2]), logger });
