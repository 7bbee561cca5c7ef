import { NoUsableResponse, type ApiClient, type ApiReply } from '@bankside/client';

export type Kind =
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
  | 'pay-card'
  | 'change-number'
  | 'change-number-by-events'
  | 'lock-loan'
  | 'unlock-loan'
  | 'repay-loan'
  | 'rename'
  | 'forget'
  | 'rebuild';

/** What a client asks for. `about` is what it keeps in mind of it, for the reckoning. */
export type Command = Readonly<{
  kind: Kind;
  method: 'POST' | 'PATCH';
  path: string;
  body: object;
  about?: Readonly<Record<string, unknown>>;
}>;

export type Outcome = 'accepted' | 'refused' | 'unknown';

/** A line of the ledger: what was asked, and what was answered in the end. */
export type Entry = Readonly<{
  command: Command;
  /** The Idempotency-Key. */
  key: string;
  outcome: Outcome;
  status?: number;
  /** Why it was refused. */
  reason?: string;
  answer: Readonly<Record<string, unknown>>;
  /** How long the answer took that was the last. */
  tookMs: number;
  /** Times that nobody could say what had become of it. */
  unknowns: number;
}>;

/** A client that does not hear of its command for so long writes down that it does not know. */
export const PATIENCE_MS = 4_000;

/** The calls that wait for a saga: 202 tells that its end is not known yet. */
const WAITS_FOR_SAGA: ReadonlySet<Kind> = new Set(['pay-card', 'change-number', 'change-number-by-events']);

const outcomeOf = (kind: Kind, { status }: ApiReply): Outcome => {
  if (status >= 500 || (status === 202 && WAITS_FOR_SAGA.has(kind))) return 'unknown';
  return status < 300 ? 'accepted' : 'refused';
};

const reasonOf = ({ body: { type } }: ApiReply): string =>
  typeof type === 'string' ? type.replace('/problems/', '') : 'no reason';

/** Writes down every command and what was answered to it, as the only one who knows what clients were told. */
export const ledger = (api: ApiClient, prefix: string) => {
  const entries = new Map<string, Entry>();
  const broken: string[] = [];

  const ask = async ({ key, command, unknowns }: Entry): Promise<Entry> => {
    const { kind, method, path, body } = command;
    const begun = performance.now();
    const reply = await api.call(method, path, { body, key }).catch((error: unknown) => {
      if (error instanceof NoUsableResponse) return undefined;
      throw error;
    });
    const outcome = reply === undefined ? 'unknown' : outcomeOf(kind, reply);
    return {
      command,
      key,
      outcome,
      ...(reply && { status: reply.status }),
      ...(reply && outcome === 'refused' && { reason: reasonOf(reply) }),
      answer: reply?.body ?? {},
      tookMs: performance.now() - begun,
      unknowns: unknowns + (outcome === 'unknown' ? 1 : 0),
    };
  };

  return {
    entries: (): readonly Entry[] => [...entries.values()],
    unknown: (): readonly Entry[] => [...entries.values()].filter(({ outcome }) => outcome === 'unknown'),
    /** What was answered to repeats, where it was not the first answer. */
    broken: (): readonly string[] => broken,
    send: async (command: Command): Promise<Entry> => {
      const key = `${prefix}-${entries.size + 1}`;
      const open: Entry = { command, key, outcome: 'unknown', answer: {}, tookMs: 0, unknowns: 0 };
      entries.set(key, open);
      const entry = await ask(open);
      entries.set(key, entry);
      return entry;
    },
    /** The same request with the same key, by a client who does not know, or has forgotten what it was told. */
    repeat: async (entry: Entry): Promise<Entry> => {
      const again = await ask(entry);
      if (entry.outcome === 'unknown') entries.set(entry.key, again);
      else if (again.outcome !== 'unknown' && again.status !== entry.status)
        broken.push(
          `${entry.command.kind} ${entry.key}: answered ${entry.status}, and to its repeat ${again.status}`,
        );
      return again;
    },
  };
};
export type Ledger = ReturnType<typeof ledger>;
