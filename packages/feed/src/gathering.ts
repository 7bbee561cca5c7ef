/** The longest that a commit waits for others to share its batch. */
const LONGEST_MS = 20;
/** What a commit of one batch delays the next batch: at some thousand commits a second it waits for `LONGEST_MS`. */
const MS_PER_COMMIT = 0.2;

/**
 * How long the relay gathers commits after a batch, in whole milliseconds: not at all after a batch of a few, so that a lone
 * commit is fed at once, and the longer the more there are, because each batch costs its statements, its message and a
 * transaction of each consumer, whatever its size.
 */
export const gatheringMs = (commits: number): number =>
  Math.min(LONGEST_MS, Math.floor(commits * MS_PER_COMMIT));
