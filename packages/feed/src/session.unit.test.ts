import { requireSessions, TransactionPooler, type Connection } from './session';

/** A server that gives each connection a backend of its own. `announced` is what the connection states as its number. */
const sessions = (announced: (pid: number) => number) => {
  let last = 100;
  let open = 0;
  return {
    open: (): Connection => {
      last += 1;
      const pid = last;
      return {
        processID: announced(pid),
        connect: async () => void (open += 1),
        query: async () => ({ rows: [{ pid }] }),
        end: async () => void (open -= 1),
      };
    },
    left: () => open,
  };
};

/** A pooler in transaction mode: a statement takes any idle backend and gives it back, unless a transaction is open. */
const transactionPooler = (idle: number[], next: (idle: number[]) => number) => {
  let open = 0;
  return {
    open: (): Connection => {
      let held: number | undefined;
      return {
        processID: 4_711,
        connect: async () => void (open += 1),
        query: async (text) => {
          const pid = held ?? next(idle);
          if (text === 'begin') held = pid;
          else if (held === undefined) idle.push(pid);
          return { rows: [{ pid }] };
        },
        end: async () => void (open -= 1),
      };
    },
    left: () => open,
  };
};

describe('requireSessions', () => {
  it.each([
    ['the database itself', (pid: number) => pid],
    ['a pooler in session mode', () => 4_711],
  ])('accepts connections to %s, and closes them', async (_what, announced) => {
    const server = sessions(announced);
    await expect(requireSessions(server.open)).resolves.toBeUndefined();
    expect(server.left()).toBe(0);
  });

  it.each([
    ['the backend used last', (idle: number[]) => idle.pop() ?? 200],
    ['the backend unused for longest', (idle: number[]) => idle.shift() ?? 200],
    ['the same backend to all while one is idle', (idle: number[]) => idle.splice(-1)[0] ?? 200],
  ])('rejects a pooler in transaction mode that gives %s', async (_which, next) => {
    for (const idle of [[1], [1, 2], [1, 2, 3]]) {
      const pooler = transactionPooler(idle, next);
      await expect(requireSessions(pooler.open)).rejects.toThrow(TransactionPooler);
      expect(pooler.left()).toBe(0);
    }
  });
});
