import { Router, type Response } from 'express';
import pino from 'pino';
import { Registry } from 'prom-client';
import { httpApp, listen } from '../src';

// A service in a process of its own. Its parent sends `release` to complete held responses, and `drained` to end the drain delay.

const received = (word: string): Promise<void> =>
  new Promise((resolve) => {
    process.on('message', (message) => {
      if (message === word) resolve();
    });
  });
const released = received('release');
const drained = received('drained');

let holding = 0;
const hold = async (res: Response, last: string): Promise<void> => {
  holding += 1;
  await released;
  res.end(last);
};

const slow = Router();
slow.get('/quick', (_req, res) => void res.json({ pid: process.pid }));
slow.get('/holding', (_req, res) => void res.send(String(holding)));
slow.get('/held', (_req, res) => hold(res, 'all'));
slow.get('/drops', (_req, res) => {
  res.write('first,');
  return hold(res, 'last');
});

const logger = pino({ level: 'fatal' });
const app = httpApp({
  logger,
  metrics: new Registry(),
  routes: { '/': slow },
  ready: async () => undefined,
});
listen(app, { host: '127.0.0.1', port: Number(process.argv[2]), logger, drainDelay: () => drained });
