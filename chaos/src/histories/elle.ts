import type { Observation } from './observation';

type Step = readonly ['w' | 'r', string, number | null];
type Row = Readonly<{
  type: 'invoke' | 'ok';
  process: number;
  f: 'txn';
  value: readonly [Step];
  time: number;
}>;

const NS_PER_MS = 1_000_000;

/** Numbers of processes with at most one open call each: those of a client whose earlier call is still open go to another one. */
const processNumbers = () => {
  const ofClient = new Map<string, { number: number; freeAfterMs: number }[]>();
  let last = -1;
  return ({ client, begunMs, endedMs }: Observation): number => {
    const processes = ofClient.get(client) ?? [];
    ofClient.set(client, processes);
    let free = processes.find(({ freeAfterMs }) => freeAfterMs < begunMs);
    if (free === undefined) processes.push((free = { number: (last += 1), freeAfterMs: endedMs }));
    free.freeAfterMs = endedMs;
    return free.number;
  };
};

/**
 * The owner's calls as one JSON array of operations, which elle-cli reads with the model `rw-register`: revisions are the
 * values, which are unique in each register. A read is invoked with null. A client has several processes if its calls
 * overlap: a transfer writes two registers at once, and a call without a response is repeated later.
 */
export const elleHistory = (observations: readonly Observation[]): string => {
  const processOf = processNumbers();
  const inOrder = observations.toSorted((a, b) => a.begunMs - b.begunMs);
  const rows = inOrder.flatMap((call): Row[] => {
    const { register, action, revision, begunMs, endedMs } = call;
    if (action === 'view' || revision === undefined) return [];
    const step = action === 'write' ? 'w' : 'r';
    const row = { process: processOf(call), f: 'txn' } as const;
    return [
      {
        ...row,
        type: 'invoke',
        value: [[step, register, action === 'write' ? revision : null]],
        time: Math.round(begunMs * NS_PER_MS),
      },
      { ...row, type: 'ok', value: [[step, register, revision]], time: Math.round(endedMs * NS_PER_MS) },
    ];
  });
  const lines = rows
    .toSorted((a, b) => a.time - b.time)
    .map((row, index) => JSON.stringify({ index, ...row }));
  return `[${lines.join(',\n')}]\n`;
};
