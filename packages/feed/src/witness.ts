import type { ChainHead, FeedPage } from '@bankside/contracts';
import { throttle } from '@bankside/std';
import type { Pool } from 'pg';
import type { Pull } from './feed-page';

/** During a rebuild a consumer pulls many pages a second; not each head is worth a write. */
const KEEP_EVERY_MS = 1_000;

/** `rewritten`: the owner's chain no longer has the link that this service has kept. */
export const witnessProblems = ['unsigned', 'rewritten', 'unavailable'] as const;
export type WitnessProblem = (typeof witnessProblems)[number];

type WitnessOptions = Readonly<{
  /** The consumer's own database. */
  pool: Pool;
  source: string;
  pull: Pull;
  isSigned: (partition: number, head: ChainHead) => boolean;
  report: (problem: WitnessProblem, partition: number, error?: unknown) => void;
}>;

type WitnessRow = Readonly<{
  source: string;
  partition: number;
  number: string;
  position: string;
  hash: Buffer;
  at: Date;
  signature: string;
}>;

const headOf = ({ number, position, hash, at, signature }: WitnessRow): ChainHead => ({
  number: Number(number),
  position: Number(position),
  hash: hash.toString('hex'),
  at: at.toISOString(),
  signature,
});

export type WitnessedHead = Readonly<{ source: string; partition: number; head: ChainHead }>;

/** The heads that this service has kept. */
export const witnessedHeads = async (pool: Pool): Promise<readonly WitnessedHead[]> => {
  const { rows } = await pool.query<WitnessRow>('select * from feed_witness order by source, partition');
  return rows.map((row) => ({ source: row.source, partition: row.partition, head: headOf(row) }));
};

// Replaces the head only if it is the one that was compared: another replica may have kept a later one.
const KEEP = `
  insert into feed_witness (source, partition, number, position, hash, at, signature)
  values ($1, $2, $3, $4, decode($5, 'hex'), $6, $7)
  on conflict (source, partition) do update set number = excluded.number, position = excluded.position,
    hash = excluded.hash, at = excluded.at, signature = excluded.signature
  where feed_witness.number = $8`;

/**
 * Pulls pages and keeps the last signed head of each partition. Before a head replaces the kept one, the owner's chain must
 * still have the kept link; if it has not, its history was rewritten, and the kept head stays as evidence.
 */
export const witnessingPull = ({ pool, source, pull, isSigned, report }: WitnessOptions): Pull => {
  const kept = new Map<number, ChainHead | undefined>();
  const isDue = throttle(KEEP_EVERY_MS, () => performance.now());

  const keptHead = async (partition: number): Promise<ChainHead | undefined> => {
    if (kept.has(partition)) return kept.get(partition);
    const { rows } = await pool.query<WitnessRow>(
      'select * from feed_witness where source = $1 and partition = $2',
      [source, partition],
    );
    const head = rows[0] && headOf(rows[0]);
    kept.set(partition, head);
    return head;
  };

  const keep = async (partition: number, before: ChainHead | undefined, head: ChainHead): Promise<void> => {
    const { number, position, hash, at, signature } = head;
    const values = [source, partition, number, position, hash, at, signature, before?.number ?? 0];
    const { rowCount } = await pool.query(KEEP, values);
    if (rowCount === 1) kept.set(partition, head);
    else kept.delete(partition);
  };

  const compare = async (
    partition: number,
    before: ChainHead | undefined,
    chain: FeedPage['chain'],
  ): Promise<void> => {
    if (before !== undefined && chain?.witnessed !== before.hash) return report('rewritten', partition);
    if (chain === undefined || chain.head.signature === before?.signature) return;
    if (!isSigned(partition, chain.head)) return report('unsigned', partition);
    await keep(partition, before, chain.head);
  };

  return async (request) => {
    const { partition } = request;
    if (!isDue(String(partition))) return pull(request);
    let before: ChainHead | undefined;
    try {
      before = await keptHead(partition);
    } catch (error) {
      report('unavailable', partition, error);
      return pull(request);
    }
    const page = await pull({ ...request, ...(before && { witnessed: before.number }) });
    await compare(partition, before, page.chain).catch((error: unknown) =>
      report('unavailable', partition, error),
    );
    return page;
  };
};
