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

/**
 * The owner's calls as one JSON array of operations, which elle-cli reads with the model `rw-register`: revisions are the
 * values, which are unique in each register. A read is invoked with null. A client is one process for each register,
 * because a process may have one open operation only, and a transfer writes two registers at once.
 */
export const elleHistory = (observations: readonly Observation[]): string => {
  const processes = new Map<string, number>();
  const rows = observations.flatMap(({ client, register, action, revision, begunMs, endedMs }): Row[] => {
    if (action === 'view' || revision === undefined) return [];
    const name = `${client} ${register}`;
    const process = processes.get(name) ?? processes.size;
    processes.set(name, process);
    const step = action === 'write' ? 'w' : 'r';
    const row = { process, f: 'txn' } as const;
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
