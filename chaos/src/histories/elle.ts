import type { Observation } from './observation';

type Step = readonly ['w' | 'r', string, number];
type Row = Readonly<{
  type: 'invoke' | 'ok';
  process: number;
  f: 'txn';
  value: readonly Step[];
  time: number;
}>;

const NS_PER_MS = 1_000_000;

/**
 * The owner's calls as one JSON object a line, in the form that elle-cli reads with the model `rw-register`: revisions
 * are the values, which are unique in each register.
 */
export const elleHistory = (observations: readonly Observation[]): string => {
  const processes = new Map<string, number>();
  const rows = observations.flatMap(({ client, register, action, revision, begunMs, endedMs }): Row[] => {
    if (action === 'view' || revision === undefined) return [];
    const process = processes.get(client) ?? processes.size;
    processes.set(client, process);
    const value = [[action === 'write' ? 'w' : 'r', register, revision]] as const;
    const row = { process, f: 'txn', value } as const;
    return [
      { ...row, type: 'invoke', time: Math.round(begunMs * NS_PER_MS) },
      { ...row, type: 'ok', time: Math.round(endedMs * NS_PER_MS) },
    ];
  });
  return rows
    .toSorted((a, b) => a.time - b.time)
    .map((row, index) => `${JSON.stringify({ index, ...row })}\n`)
    .join('');
};
