// What one order of one line costs. Sources: `npm run bench -- footprint` and the measurements named beside each figure.

/** CPU milliseconds an order, by program. */
export const CPU_MS = {
  gateway: 4.8,
  worker: 55,
  temporal: 32,
  orders: 20,
  inventory: 15,
  accounts: 10.4,
  payments: 10,
  /** customers, cards and loans: their replicas follow. */
  'other services': 12,
  projection: 26,
  MongoDB: 10,
  PostgreSQL: 35,
  broker: 7,
  sidecars: 43,
} as const;
export type Program = keyof typeof CPU_MS;

/** Rows inserted, updated and deleted, in all databases. */
export const ROWS = 113;
export const LOG_KIB = 98;
export const STORED_KIB = 35;
export const MESSAGES = 5;

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
  /** A commit in one partition of a feed, from the outbox to the consumer (`feeds`: about 5,000 a second). */
  relay: 0.2,
  /** An event in the one writer of a view (`rebuild`: about 10,000 a second for the slowest view). */
  view: 0.1,
  /** A command of one stream, load and append (`growth`). */
  stream: 5,
  /** An order in one history shard of Temporal: about twelve writes, one after the other, of 2.5 ms each. Assumed. */
  shard: 30,
} as const;
