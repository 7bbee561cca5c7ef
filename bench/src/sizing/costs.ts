// What one order of one line costs. Sources: `npm run bench -- footprint` and the measurements named beside each figure.

/** CPU milliseconds an order, by program. */
export const CPU_MS = {
  gateway: 2.8,
  worker: 30,
  temporal: 11.7,
  orders: 8.9,
  inventory: 6.3,
  accounts: 4.2,
  payments: 4.7,
  /** customers, cards and loans: their replicas follow. */
  'other services': 5,
  projection: 10.8,
  MongoDB: 4.2,
  PostgreSQL: 15.7,
  broker: 3.6,
  sidecars: 17.9,
} as const;
export type Program = keyof typeof CPU_MS;

/** Rows inserted, updated and deleted, in all databases. */
export const ROWS = 101;
export const LOG_KIB = 91;
export const STORED_KIB = 31;
export const MESSAGES = 3.1;

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
  /** An order in one history shard of Temporal: about four writes, one after the other, of 2.5 ms each. Assumed. */
  shard: 10,
} as const;
