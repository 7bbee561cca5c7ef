import { createHash } from 'node:crypto';

/** A commit as it enters the chain of its partition: the exact texts that the database stores. */
type LinkContent = Readonly<{
  /** Counts the commits of the partition: 1, 2, 3 … */
  number: number;
  /** The last position of the feed after the commit. */
  position: number;
  /** The key of its row, which has the stream and the revision. */
  key: string;
  commit: string;
  events: readonly string[];
}>;

/** The hash before the first link, in hexadecimal: chains of different feeds share no link. */
export const chainStart = (source: string, partition: number): string =>
  createHash('sha256').update(`bankside chain of ${source}/${partition}`).digest('hex');

/**
 * The hash of a link, in hexadecimal: it covers the stored commit, its events in the feed, and, through the previous hash, all
 * before.
 */
export const linkHash = (
  previous: string,
  { number, position, key, commit, events }: LinkContent,
): string => {
  const texts = [key, commit, ...events];
  const lengths = texts.map((text) => Buffer.byteLength(text));
  return createHash('sha256')
    .update(previous, 'hex')
    .update(`${number} ${position} ${lengths.join(' ')}\n${texts.join('')}`)
    .digest('hex');
};
