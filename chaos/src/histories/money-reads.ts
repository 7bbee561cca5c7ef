/** A read of all money: the totals of the bank, or the sum of a trial balance. */
export type MoneyRead = Readonly<{ client: string; begunMs: number; endedMs: number }> &
  (
    | Readonly<{ of: 'totals'; inCents: number; heldCents: number; spentCents: number }>
    | Readonly<{ of: 'trial-balance'; sumCents: number }>
  );

/** The totals after each event of the accounts' feed, in the order of the feed. */
export type TotalsPrefix = Readonly<{ inCents: number; spentCents: number }>;

const nameOf = ({ inCents, spentCents }: TotalsPrefix): string => `${inCents} in and ${spentCents} spent`;

/**
 * No read shows money that does not exist: a trial balance is zero, money in is money held and spent, and totals are those
 * of a prefix of the feed, which is consistent prefix as Terry, "Replicated data consistency explained through baseball"
 * (2011), defines it. Reads of one client go forward in the feed.
 */
export const moneyReadProblems = (
  reads: readonly MoneyRead[],
  prefixes: readonly TotalsPrefix[],
): readonly string[] => {
  const lastOf = new Map<string, number>();
  prefixes.forEach((prefix, at) => lastOf.set(nameOf(prefix), at));
  const newest = new Map<string, number>();
  return reads
    .toSorted((a, b) => a.begunMs - b.begunMs)
    .flatMap((read) => {
      if (read.of === 'trial-balance')
        return read.sumCents === 0 ? [] : [`${read.client} read a trial balance of ${read.sumCents}`];
      const { client, inCents, heldCents, spentCents } = read;
      if (inCents !== heldCents + spentCents)
        return [`${client} read ${nameOf(read)}, but ${heldCents} held`];
      const last = lastOf.get(nameOf(read));
      if (last === undefined) return [`${client} read ${nameOf(read)}, which no prefix of the feed has`];
      const seen = newest.get(client) ?? 0;
      // The totals may occur at several places: the last one leaves the most freedom.
      if (last < seen) return [`${client} read ${nameOf(read)} after a later prefix`];
      const first = prefixes.findIndex((prefix) => nameOf(prefix) === nameOf(read));
      newest.set(client, Math.max(seen, first));
      return [];
    });
};
