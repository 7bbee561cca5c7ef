import { groupBy } from '@bankside/std';
import { textOfObservation, type Observation, type Versions } from './observation';

/**
 * The session guarantees of Terry et al., "Session guarantees for weakly consistent replicated data" (1994), for each
 * client and register: a read with the token of a write shows at least that write, later reads of a view show at least
 * what earlier ones did, and writes take effect in their order.
 */
export const sessionProblems = (
  observations: readonly Observation[],
  versions: Versions,
): readonly string[] =>
  [...groupBy(observations, ({ client, register }) => `${client} ${register}`).values()].flatMap(
    (session) => {
      const inOrder = session.toSorted((a, b) => a.begunMs - b.begunMs);
      const values = versions.get(inOrder[0]?.register ?? '') ?? new Map<number, number>();
      return [...viewProblems(inOrder, values), ...writeOrderProblems(inOrder)];
    },
  );

/**
 * A view shows a value without its revision, and a balance may occur at several. The earliest revision that the
 * guarantees permit is assumed, which leaves later reads the most freedom, so a problem is one under every assumption.
 */
const viewProblems = (
  session: readonly Observation[],
  values: ReadonlyMap<number, number>,
): readonly string[] => {
  const revisions = [...values.keys()].toSorted((a, b) => a - b);
  const problems: string[] = [];
  let seen = 0;
  for (const read of session.filter(({ action }) => action === 'view')) {
    const fits = (least: number) =>
      revisions.find((revision) => revision >= least && values.get(revision) === read.value);
    const known = read.known ?? 0;
    const shown = fits(Math.max(seen, known));
    if (shown !== undefined) seen = shown;
    else if (fits(known) === undefined && known > 0)
      problems.push(`${textOfObservation(read)} lacks the write @${known} of its token`);
    else if (fits(0) === undefined)
      problems.push(`${textOfObservation(read)}: the account never had this balance`);
    else problems.push(`${textOfObservation(read)} is older than @${seen}, which an earlier read showed`);
  }
  return problems;
};

const writeOrderProblems = (session: readonly Observation[]): readonly string[] => {
  const writes = session.filter(({ action, revision }) => action === 'write' && revision !== undefined);
  return writes.flatMap((write, at) => {
    const before = writes[at - 1];
    return before && before.endedMs < write.begunMs && before.revision! >= write.revision!
      ? [`${textOfObservation(write)} follows ${textOfObservation(before)} of the same client`]
      : [];
  });
};
