import { NoUsableResponse, type ApiClient, type ApiReply } from '@bankside/client';

export type CommandKind =
  | 'register'
  | 'open-account'
  | 'issue-card'
  | 'grant-loan'
  | 'add-product'
  | 'add-stock'
  | 'deposit'
  | 'withdraw'
  | 'order-by-account'
  | 'order-by-card'
  | 'cancel-order'
  | 'return-order'
  | 'pay-card'
  | 'transfer'
  | 'repay-loan-from-account'
  | 'freeze-account'
  | 'unfreeze-account'
  | 'change-number'
  | 'change-number-by-events'
  | 'lock-loan'
  | 'unlock-loan'
  | 'repay-loan'
  | 'rename'
  | 'forget'
  | 'leave'
  | 'rebuild';

/** A client's request. `about` is data that the checks need and the request body lacks. */
export type Command = Readonly<{
  kind: CommandKind;
  method: 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body: object;
  about?: Readonly<Record<string, unknown>>;
  /** The command is conditional on this revision. */
  ifRevision?: number;
  /** The observer that sends it; the load's commands have none. */
  client?: string;
}>;

export type Outcome = 'accepted' | 'rejected' | 'unknown';

/** One command with its final response. */
export type HistoryEntry = Readonly<{
  command: Command;
  /** The Idempotency-Key. */
  key: string;
  outcome: Outcome;
  status?: number;
  /** The problem name of a rejection. */
  reason?: string;
  response: Readonly<Record<string, unknown>>;
  /** The consistency token in the response: the stream and the revision that the command wrote. */
  token?: string;
  /** The start of the first call and the end of the last one, by the clock of the run. */
  begunMs: number;
  endedMs: number;
  /** Duration of the last call, in milliseconds. */
  tookMs: number;
  /** Number of calls that ended without a known outcome. */
  unknowns: number;
}>;

/** After this time without a response the outcome of a command is recorded as unknown. */
export const CLIENT_TIMEOUT_MS = 4_000;

/** Calls that wait for a saga: 202 means that the outcome is still unknown. */
const WAITS_FOR_SAGA: ReadonlySet<CommandKind> = new Set([
  'pay-card',
  'transfer',
  'repay-loan-from-account',
  'cancel-order',
  'change-number',
  'change-number-by-events',
  'forget',
  'leave',
]);

const outcomeOf = (kind: CommandKind, { status }: ApiReply): Outcome => {
  if (status >= 500 || (status === 202 && WAITS_FOR_SAGA.has(kind))) return 'unknown';
  return status < 300 ? 'accepted' : 'rejected';
};

const reasonOf = ({ body: { type } }: ApiReply): string =>
  typeof type === 'string' ? type.replace('/problems/', '') : 'no reason';

const tokenOf = (reply: ApiReply | undefined): Pick<HistoryEntry, 'token'> =>
  reply?.token === undefined ? {} : { token: reply.token };

/** Sends commands and records every response: the only record of the clients' knowledge. */
export const commandHistory = (api: ApiClient, prefix: string) => {
  const entries = new Map<string, HistoryEntry>();
  const conflicts: string[] = [];

  const call = async ({ key, command, unknowns, begunMs }: HistoryEntry): Promise<HistoryEntry> => {
    const { kind, method, path, body, ifRevision } = command;
    const begun = performance.now();
    const reply = await api
      .call(method, path, { body, key, ...(ifRevision !== undefined && { ifRevision }) })
      .catch((error: unknown) => {
        if (error instanceof NoUsableResponse) return undefined;
        throw error;
      });
    const outcome = reply === undefined ? 'unknown' : outcomeOf(kind, reply);
    return {
      command,
      key,
      outcome,
      ...(reply && { status: reply.status }),
      ...(reply && outcome === 'rejected' && { reason: reasonOf(reply) }),
      response: reply?.body ?? {},
      ...tokenOf(reply),
      begunMs,
      endedMs: performance.now(),
      tookMs: performance.now() - begun,
      unknowns: unknowns + (outcome === 'unknown' ? 1 : 0),
    };
  };

  return {
    entries: (): readonly HistoryEntry[] => [...entries.values()],
    unknown: (): readonly HistoryEntry[] =>
      [...entries.values()].filter(({ outcome }) => outcome === 'unknown'),
    /** Repeats whose response differs from the first one. */
    conflictingAnswers: (): readonly string[] => conflicts,
    send: async (command: Command): Promise<HistoryEntry> => {
      const key = `${prefix}-${entries.size + 1}`;
      const begunMs = performance.now();
      const open: HistoryEntry = {
        command,
        key,
        outcome: 'unknown',
        response: {},
        begunMs,
        endedMs: begunMs,
        tookMs: 0,
        unknowns: 0,
      };
      entries.set(key, open);
      const entry = await call(open);
      entries.set(key, entry);
      return entry;
    },
    /** Sends the same request with the same key, as a client does that never received the response. */
    repeat: async (entry: HistoryEntry): Promise<HistoryEntry> => {
      const again = await call(entry);
      if (entry.outcome === 'unknown') entries.set(entry.key, again);
      else if (again.outcome !== 'unknown' && again.status !== entry.status)
        conflicts.push(
          `${entry.command.kind} ${entry.key}: responded ${entry.status}, and ${again.status} to its repeat`,
        );
      return again;
    },
  };
};
export type CommandHistory = ReturnType<typeof commandHistory>;
