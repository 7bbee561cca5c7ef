// What one order of one line costs. Sources: `npm run bench -- footprint` and the measurements named beside each figure.

/** CPU milliseconds an order, by program. */
export const CPU_MS = {
  gateway: 2.6,
  worker: 35,
  temporal: 23,
  orders: 10.8,
  inventory: 7.8,
  accounts: 4.8,
  payments: 5.6,
  /** customers, cards and loans: their replicas follow. */
  'other services': 5.8,
  projection: 15,
  MongoDB: 5.4,
  PostgreSQL: 23,
  broker: 4.9,
  sidecars: 22,
} as const;
export type Program = keyof typeof CPU_MS;

/** Rows inserted, updated and deleted, in all databases. */
export const ROWS = 112;
export const LOG_KIB = 99;
export const STORED_KIB = 32;
export const MESSAGES = 4.2;

/** Commits of the busiest feeds: an order is placed and confirmed, stock is reserved and committed. */
export const COMMITS_A_FEED = 2;
/** Events that the view order-status folds. */
export const VIEW_EVENTS = 9;
/** Service calls of the saga, each a workflow task, a call and a commit. */
export const STEPS = 7;
/** Share of the orders that buy the most popular product. */
export const POPULAR_SHARE = 0.01;

/** Milliseconds that one of these takes for one unit of work, in which it does nothing else. */
export const SERIAL_MS = {
  /** A commit in one partition of a feed, from the outbox to the consumer (`feeds`: about 25,000 a second). */
  relay: 0.04,
  /** An event in the one writer of a view (`rebuild`: about 25,000 a second for the slowest view). */
  view: 0.04,
  /** A command of one stream, load and append (`growth`). */
  stream: 2.5,
  /** An order in one history shard of Temporal: about twelve writes, one after the other, of 2.5 ms each. Assumed. */
  shard: 30,
} as const;
