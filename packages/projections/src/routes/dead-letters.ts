import { setTimeout as wait } from 'node:timers/promises';
import { text } from '@bankside/contracts';
import { actorOf, staffOnly } from '@bankside/auth';
import { notFound, parseBody, parseQuery, type Problem } from '@bankside/http';
import { Router } from 'express';
import { z } from 'zod';
import type { StreamOf } from '../dead-letters';
import type { Queryable } from '../stores/queryable';
import { projectionNamed, type OperationDeps } from './operations';
import { idempotently } from './idempotently';
import { versionName } from '../projection';

const LONGEST_LIST = 500;
const lettersQuery = z.strictObject({
  view: text(1, 100).optional(),
  state: z.enum(['open', 'discarded']).default('open'),
  limit: z.coerce.number().int().min(1).max(LONGEST_LIST).default(100),
});
const streamOf = {
  view: text(1, 100),
  source: text(1, 100),
  stream: text(1, 200),
};
const replayBody = z.strictObject(streamOf);
const discardBody = z.strictObject({ ...streamOf, reason: text(3, 500) });

/** How long an answer waits for the writer of the view to replay. It goes on if that takes longer. */
const REPLAY_WAIT_MS = 5_000;
const REPLAY_POLL_MS = 20;

const noLetter = (view: string, { source, stream }: StreamOf): Problem =>
  notFound(`event of ${source}/${stream} that was put aside in ${view}`);

/** What views could not apply, and what became of it. */
export const deadLetterRoutes = (deps: OperationDeps): Router => {
  const { projections, versions, leases, deadLetters: letters, requests, pool } = deps;
  const once = idempotently(requests);

  const versionOf = (name: string): string => {
    const version = versions.active(projectionNamed(projections, name));
    if (version === undefined) throw notFound(`projection ${name}`);
    return versionName(version);
  };
  const ask = async (database: Queryable, { version, source, stream }: StreamOf): Promise<void> => {
    await database.query(
      `insert into replay_request (version, source, partition, stream)
       select distinct version, source, partition, stream from dead_letter
       where version = $1 and source = $2 and stream = $3 on conflict do nothing`,
      [version, source, stream],
    );
  };
  const answered = async ({ version, source, stream }: StreamOf): Promise<boolean> => {
    const { rowCount } = await pool.query(
      'select from replay_request where version = $1 and source = $2 and stream = $3',
      [version, source, stream],
    );
    return rowCount === 0;
  };
  const replayed = async (of: StreamOf) => {
    await leases.notify({ about: 'replay', version: of.version });
    const deadline = performance.now() + REPLAY_WAIT_MS;
    while (!(await answered(of)) && performance.now() < deadline) await wait(REPLAY_POLL_MS);
    const all = await letters.allOf(of);
    const left = all.filter(({ state }) => state === 'poison' || state === 'blocked');
    return { done: await answered(of), left: left.length, letters: left };
  };

  const router = Router();
  router.use(staffOnly);
  router.get('/', async (req, res) => {
    const { view, state, limit } = parseQuery(lettersQuery, req.query);
    const chosen = view === undefined ? projections : [projectionNamed(projections, view)];
    const listOf = (name: string) =>
      state === 'open' ? letters.open(versionOf(name), limit) : letters.givenUp(name, limit);
    const lists = await Promise.all(
      chosen.map(async ({ name }) => (await listOf(name)).map((letter) => ({ view: name, ...letter }))),
    );
    res.json({ letters: lists.flat().slice(0, limit) });
  });
  router.post('/replay', async (req, res) => {
    const { view, source, stream } = parseBody(replayBody, req.body);
    const of = { version: versionOf(view), source, stream };
    await once(req, res, {
      status: 200,
      decide: async (client) => {
        await ask(client, of);
        return true;
      },
      refusal: () => noLetter(view, of),
      answer: () => replayed(of),
    });
  });
  router.post('/discard', async (req, res) => {
    const { view, source, stream, reason } = parseBody(discardBody, req.body);
    const of = { version: versionOf(view), source, stream };
    const givenUp = { reason, by: actorOf(req)?.subject };
    await once(req, res, {
      status: 200,
      decide: async (client) => {
        if (!(await letters.discard(client, of, givenUp))) return false;
        await ask(client, of);
        return true;
      },
      refusal: () => noLetter(view, of),
      answer: () => replayed(of),
    });
  });
  return router;
};
