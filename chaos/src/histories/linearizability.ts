import { groupBy } from '@bankside/std';
import { textOfObservation, type Observation, type Versions } from './observation';

/**
 * Whether each register is linearizable, with compare-and-set writes. Every call of an owner reveals the revision that it
 * wrote or read, so the order of versions is known, and a history is linearizable if and only if that order agrees with
 * real time: a call sees at least each revision that a call before it saw, and a write a later one. Deciding this is
 * NP-complete without known versions (Gibbons and Korach, "Testing shared memories", 1997) and takes n log n with them.
 */
export const linearizabilityProblems = (
  observations: readonly Observation[],
  versions: Versions,
): readonly string[] =>
  [...groupBy(ownerCalls(observations), ({ register }) => register)].flatMap(([register, calls]) => [
    ...realTimeProblems(calls),
    ...writeProblems(calls),
    ...valueProblems(calls, versions.get(register) ?? new Map()),
  ]);

type OwnerCall = Observation & Readonly<{ revision: number }>;

const ownerCalls = (observations: readonly Observation[]): readonly OwnerCall[] =>
  observations.filter((call): call is OwnerCall => call.action !== 'view' && call.revision !== undefined);

/** Walks through begins and ends in the order of time, with the newest revision that an ended call saw. */
const realTimeProblems = (calls: readonly OwnerCall[]): readonly string[] => {
  const ended = calls.toSorted((a, b) => a.endedMs - b.endedMs);
  const problems: string[] = [];
  let newest: OwnerCall | undefined;
  let next = 0;
  for (const call of calls.toSorted((a, b) => a.begunMs - b.begunMs)) {
    for (let end = ended[next]; end && end.endedMs < call.begunMs; end = ended[(next += 1)])
      if (newest === undefined || end.revision > newest.revision) newest = end;
    if (newest === undefined) continue;
    const isOld =
      call.action === 'write' ? call.revision <= newest.revision : call.revision < newest.revision;
    if (isOld)
      problems.push(`${textOfObservation(call)} began after the end of ${textOfObservation(newest)}`);
  }
  return problems;
};

/** Two writes of one revision are a lost update; a conditional write follows the revision of its condition. */
const writeProblems = (calls: readonly OwnerCall[]): readonly string[] => {
  const writes = calls.filter(({ action }) => action === 'write');
  const twice = [...groupBy(writes, ({ revision }) => String(revision)).values()].flatMap(
    ([first, second]) =>
      first && second
        ? [`${textOfObservation(first)} and ${textOfObservation(second)} wrote one revision`]
        : [],
  );
  const unmet = writes.flatMap((write) =>
    write.conditional && write.known !== undefined && write.revision !== write.known + 1
      ? [`${textOfObservation(write)} had the condition @${write.known}`]
      : [],
  );
  return [...twice, ...unmet];
};

/** A response shows the value that the stored commits give its revision. */
const valueProblems = (calls: readonly OwnerCall[], values: ReadonlyMap<number, number>): readonly string[] =>
  calls.flatMap((call) => {
    const stored = values.get(call.revision);
    if (stored === undefined) return [`${textOfObservation(call)}: no such revision is stored`];
    return call.value === undefined || call.value === stored
      ? []
      : [`${textOfObservation(call)}: the stored value is ${stored}`];
  });
