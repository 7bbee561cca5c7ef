import { generateKeyPairSync } from 'node:crypto';
import { eventKeys, headSigner, isSignedHead } from '@bankside/dapr';
import type { FeedPage } from '@bankside/contracts';
import { createServiceDatabase, sharedAddress } from '@bankside/tools';
import type { Pool } from 'pg';
import { chainStart, linkHash } from './chain';
import type { PublicationMap } from './outbox-reader';
import { feedHandler } from './feed-page';
import { consumerMigrations } from './migrations';
import { relay } from './relay';
import { append, commitOf, openPool, ownerSets, SOURCE, until } from '../testing/database';
import { chainHashes, verifyChainPage, type ChainProblem } from './verify-chain';
import { witnessedHeads, witnessingPull } from './witness';

// The PostgreSQL superuser rewrites history, each time in a database of its own, and the audit finds where.
const WITHIN_MS = 30_000;
const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const keys = eventKeys({ [SOURCE]: publicKey });

/** Deposits of 0 are private, and two events are published for those of 2. */
const map: PublicationMap = (_, { data }) => {
  const event = { type: 'accounts.money-deposited.v1', data };
  const { amountCents } = data as { amountCents: number };
  return amountCents === 0 ? undefined : amountCents === 2 ? [event, event] : event;
};

/** Commits 1 to 6 of the chain; the last two publish nothing and one event. */
const HISTORY = [
  commitOf('a', 1, [1]),
  commitOf('b', 1, [2]),
  commitOf('a', 2, [3]),
  commitOf('b', 2, [4]),
  commitOf('a', 3, [0]),
  commitOf('b', 3, [5]),
];

const open: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});
const opened = (url: string): Pool => {
  const pool = openPool(url);
  open.push(() => pool.end());
  return pool;
};
const asSuperuser = (databaseUrl: string): Pool => {
  const url = new URL(sharedAddress('POSTGRES'));
  url.pathname = new URL(databaseUrl).pathname;
  return opened(url.toString());
};

type Scene = Readonly<{
  /** With the role of the running service. */
  pool: Pool;
  superuser: Pool;
  /** The database of a consumer, which keeps the heads of the chain. */
  consumer: Pool;
  /** Pulls a page of the feed as that consumer does, after a restart; returns what it reports. */
  pull: () => Promise<readonly string[]>;
  feed: () => Promise<void>;
}>;

const scene = async (): Promise<Scene> => {
  const owner = await createServiceDatabase('chain', ownerSets);
  const pool = opened(owner.url);
  const consumer = opened((await createServiceDatabase('witness', [consumerMigrations])).url);
  const handle = feedHandler({ pool, source: SOURCE }, headSigner(SOURCE, privateKey));
  const pull: Scene['pull'] = async () => {
    const reported: string[] = [];
    const witnessing = witnessingPull({
      pool: consumer,
      source: SOURCE,
      pull: async ({ flushed: _flushed, ...request }) => {
        const query = Object.fromEntries(
          Object.entries(request).map(([name, value]) => [name, String(value)]),
        );
        return JSON.parse((await handle(query)).body) as FeedPage;
      },
      isSigned: (partition, head) => isSignedHead(keys, { source: SOURCE, partition }, head),
      report: (problem) => reported.push(problem),
    });
    await witnessing({ partition: 0, after: 0, limit: 10 });
    return reported;
  };
  const feed = async (): Promise<void> => {
    const running = relay({
      pool,
      source: SOURCE,
      map,
      publish: async () => undefined,
      partitions: 1,
      onError: () => undefined,
    });
    await until(async () => (await running.stats())[0]?.outboxDepth === 0, WITHIN_MS);
    await running.stop();
  };
  await append(pool, ...HISTORY);
  await feed();
  expect(await pull()).toEqual([]);
  return { pool, superuser: asSuperuser(owner.url), consumer, pull, feed };
};

const problemsOf = async (pool: Pool): Promise<readonly ChainProblem[]> => {
  const page = await verifyChainPage(pool, SOURCE, { partition: 0, after: 0 });
  return page!.problems;
};

/** Whether the chain still has the link that the consumer keeps. */
const agrees = async ({ pool, consumer }: Scene): Promise<boolean> => {
  const [kept] = await witnessedHeads(consumer);
  const hashes = await chainHashes(pool, 0, [kept!.head.number]);
  return hashes[kept!.head.number] === kept!.head.hash;
};

const KEY = (stream: string, revision: number): string => `s/${stream}/${String(revision).padStart(10, '0')}`;
/** Statements run with the trigger off that protects commits. */
const unprotected = (...statements: readonly string[]): string =>
  [
    'alter table state disable trigger commits_are_final',
    ...statements,
    'alter table state enable trigger commits_are_final',
  ].join('; ');
const AMOUNT_OF_A2 = `update state set value = convert_to(replace(convert_from(value, 'UTF8'), '"amountCents":3', '"amountCents":9'), 'UTF8')
  where key = '${KEY('a', 2)}'`;
const EVENT_OF_A2 = `update feed set body = replace(body::text, '"amountCents":3', '"amountCents":9')::json where position = 4`;

/** Recomputes every hash, as an attacker with this code can. */
const relink = async (superuser: Pool): Promise<void> => {
  const { rows } = await superuser.query<{
    number: number;
    position: number;
    key: string;
    commit: string;
    events: string[];
  }>(`
    select number::int, position::int, key, convert_from(value, 'UTF8') as commit, array(
      select feed_event(f, '${SOURCE}') from feed f where position <= c.position and position > coalesce(
        (select position from feed_chain where number = c.number - 1), 0) order by position) as events
    from feed_chain c join state using (row_id) order by number`);
  let hash = chainStart(SOURCE, 0);
  for (const row of rows) {
    hash = linkHash(hash, row);
    await superuser.query(`update feed_chain set hash = decode($1, 'hex') where number = $2`, [
      hash,
      row.number,
    ]);
  }
};

type Tampering = readonly [what: string, statements: string, first: Partial<ChainProblem>];
const TAMPERINGS: readonly Tampering[] = [
  [
    'rewrites an event',
    unprotected(AMOUNT_OF_A2),
    {
      number: 3,
      position: 4,
      stream: 'a',
      revision: 2,
      problem: 'the commit or its events in the feed differ from the hash',
    },
  ],
  [
    'rewrites a commit that publishes nothing',
    unprotected(
      `update state set value = convert_to(replace(convert_from(value, 'UTF8'), '"amountCents":0', '"amountCents":9'), 'UTF8') where key = '${KEY('a', 3)}'`,
    ),
    {
      number: 5,
      stream: 'a',
      revision: 3,
      problem: 'the commit or its events in the feed differ from the hash',
    },
  ],
  [
    'deletes a commit',
    unprotected(`delete from state where key = '${KEY('b', 2)}'`),
    { number: 4, stream: 'b', revision: 2, problem: 'the commit is missing' },
  ],
  [
    'alters an event in the feed',
    EVENT_OF_A2,
    {
      number: 3,
      stream: 'a',
      revision: 2,
      problem: 'the commit or its events in the feed differ from the hash',
    },
  ],
  [
    'rewrites an event and its copy in the feed',
    unprotected(AMOUNT_OF_A2, EVENT_OF_A2),
    {
      number: 3,
      stream: 'a',
      revision: 2,
      problem: 'the commit or its events in the feed differ from the hash',
    },
  ],
  [
    'alters the stream of a feed row',
    `update feed set stream = 'b' where position = 1`,
    {
      number: 1,
      stream: 'a',
      revision: 1,
      problem: 'the commit or its events in the feed differ from the hash',
    },
  ],
  [
    'deletes an event from the feed',
    'delete from feed where position = 2',
    { number: 2, stream: 'b', revision: 1, problem: 'the feed has 1 of its 2 events' },
  ],
  [
    'swaps two commits',
    unprotected(
      `update state s set value = o.value from state o where (s.key, o.key) in (('${KEY('a', 1)}', '${KEY('b', 1)}'), ('${KEY('b', 1)}', '${KEY('a', 1)}'))`,
    ),
    {
      number: 1,
      stream: 'a',
      revision: 1,
      problem: 'the commit or its events in the feed differ from the hash',
    },
  ],
  [
    'gives a commit the key of another revision',
    unprotected(`update state set key = '${KEY('a', 7)}' where key = '${KEY('a', 2)}'`),
    { number: 3, stream: 'a', revision: 2, problem: 'the row of the commit has the key of a@7' },
  ],
  [
    'moves a commit that publishes nothing to another stream, and its link as well',
    unprotected(
      `update state set key = '${KEY('c', 1)}' where key = '${KEY('a', 3)}'`,
      `update feed_chain set stream = 'c', revision = 1 where number = 5`,
    ),
    {
      number: 5,
      stream: 'c',
      revision: 1,
      problem: 'the commit or its events in the feed differ from the hash',
    },
  ],
  [
    'moves a commit to another story',
    `update feed_chain set correlation_id = '6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11' where number = 2`,
    {
      number: 2,
      stream: 'b',
      revision: 1,
      problem: 'the commit is in the story 6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11 and names null',
    },
  ],
  [
    'deletes a link',
    'delete from feed_chain where number = 2',
    { number: 3, stream: 'a', revision: 2, problem: 'the chain has no link 2' },
  ],
  [
    'deletes the last events',
    'delete from feed where position > 4',
    { number: 4, stream: 'b', revision: 2, problem: 'the feed has 0 of its 1 events' },
  ],
  [
    'drops the trigger that protects commits',
    'drop trigger commits_are_final on state',
    { problem: 'the trigger commits_are_final of the table state is missing or disabled' },
  ],
  [
    'disables the trigger that fills the outbox',
    'alter table state disable trigger feed_outbox',
    { problem: 'the trigger feed_outbox of the table state is missing or disabled' },
  ],
  [
    'lets the role of the service rewrite the feed',
    `do $$ begin execute format('grant update on feed to %I', (select grantee from information_schema.role_table_grants where table_name = 'feed' and privilege_type = 'INSERT' and grantee not like '%owner' limit 1)); end $$`,
    { problem: 'the role of the service has the right to update on feed' },
  ],
  [
    'adds a commit behind the back of the outbox',
    `alter table state disable trigger feed_outbox; insert into state (key, value) values ('${KEY('c', 1)}', '{}');
     alter table state enable trigger feed_outbox`,
    {
      problem:
        '7 commits are stored, 6 are in the chain and 0 in the outbox; the first commit without a link is c@1',
    },
  ],
];

describe('the audit of a chain', () => {
  it('finds nothing in an untouched history, also after the relay has restarted and while commits wait', async () => {
    const { pool, feed, pull } = await scene();
    await append(pool, commitOf('c', 1, [7]));
    expect(await problemsOf(pool)).toEqual([]);
    await feed();
    await append(pool, commitOf('c', 2, [0]));
    await feed();
    const page = await verifyChainPage(pool, SOURCE, { partition: 0, after: 0 });
    expect(page).toMatchObject({ partitions: 1, links: 8, problems: [] });
    expect(page!.commits.map(({ stream, revision }) => `${stream}@${revision}`)).toEqual([
      'a@1',
      'b@1',
      'a@2',
      'b@2',
      'a@3',
      'b@3',
      'c@1',
      'c@2',
    ]);
    expect(await pull()).toEqual([]);
  });

  it('continues after any link, and knows no other partition', async () => {
    const { pool } = await scene();
    for (const after of [1, 2, 3, 4, 5, 6])
      expect(await verifyChainPage(pool, SOURCE, { partition: 0, after })).toMatchObject({
        links: 6 - after,
        problems: [],
      });
    expect(await verifyChainPage(pool, SOURCE, { partition: 1, after: 0 })).toBeUndefined();
  });

  it.each(TAMPERINGS)('finds that a superuser %s', async (_what, statements, first) => {
    const { pool, superuser } = await scene();
    await superuser.query(statements);
    const [found] = await problemsOf(pool);
    expect(found).toEqual({
      partition: 0,
      position: expect.any(Number),
      ...first,
      ...('number' in first ? {} : { position: undefined }),
    });
  });
});

describe('a consumer that keeps the head of a chain', () => {
  const rewrite = async ({ superuser }: Scene): Promise<void> => {
    await superuser.query(unprotected(AMOUNT_OF_A2, EVENT_OF_A2));
    await relink(superuser);
  };

  it('disagrees with a history that a superuser has rewritten together with all hashes', async () => {
    const one = await scene();
    await rewrite(one);
    expect(await problemsOf(one.pool)).toEqual([]);
    expect(await agrees(one)).toBe(false);
  });

  it('disagrees with a history whose end a superuser has cut off', async () => {
    const one = await scene();
    await one.superuser.query(
      `${unprotected(`delete from state where key = '${KEY('b', 3)}'`)}; delete from feed_chain where number = 6;
       delete from feed where position = 6; update feed_head set position = 5`,
    );
    expect(await problemsOf(one.pool)).toEqual([]);
    expect(await agrees(one)).toBe(false);
  });

  it('reports the rewritten history with its next pull and keeps its head, whatever is appended since', async () => {
    const one = await scene();
    const kept = await witnessedHeads(one.consumer);
    await rewrite(one);
    await append(one.pool, commitOf('c', 1, [7]));
    await one.feed();
    expect(await one.pull()).toEqual(['rewritten']);
    expect(await witnessedHeads(one.consumer)).toEqual(kept);
    expect(await agrees(one)).toBe(false);
  });

  it('keeps each later head while the history only grows', async () => {
    const one = await scene();
    const [before] = await witnessedHeads(one.consumer);
    await append(one.pool, commitOf('c', 1, [0]));
    await one.feed();
    expect(await one.pull()).toEqual([]);
    const [after] = await witnessedHeads(one.consumer);
    expect([before!.head.number, after!.head.number, after!.head.position]).toEqual([6, 7, 6]);
    expect(await agrees(one)).toBe(true);
  });
});
