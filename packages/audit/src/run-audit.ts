import { owners } from '@bankside/contracts/owners';
import { getOk, findings, PAUSE_MS, READS, sleep, type CheckResult, type Get, type ResponseOf } from './api';
import { chainReader, readWitnessedHeads } from './chains';
import { auditJournal, storedBalances } from './journal';
import { storyAudit } from './stories';
import { crossServiceAudit, type CrossServiceAudit, type MatterKind, type OpenMatter } from './cross-service';

export type AuditOptions = Readonly<{
  get: Get;
  /** The current read, in words. */
  onProgress?: (progress: string) => void;
  /** Called with each result as soon as it is known. */
  onResult?: (result: CheckResult) => void;
  /** @internal For tests. */
  test?: Readonly<{ pauseMs: number }>;
}>;

const CHECKS: Readonly<Record<MatterKind, string>> = {
  order: 'orders with their money, payments and stock',
  return: 'returns of pieces with their refunds and stock',
  'card payment': 'card payments with their withdrawals',
  transfer: 'transfers with their withdrawals and deposits',
  'loan payout': 'loans with their payouts',
  'loan repayment': 'repayments of loans with their withdrawals',
  'number change': 'changes of mobile numbers',
  closure: 'closures of customers',
};
const KINDS = Object.keys(CHECKS) as readonly MatterKind[];

/** Every state equals the fold of its commits and keeps the rules of its aggregate. */
export const auditStates = async (get: Get, service: string): Promise<CheckResult> => {
  const found = findings();
  const sums = { streams: 0, commits: 0, events: 0 };
  for (let after: number | undefined = 0; after !== undefined;) {
    const page: ResponseOf<'auditService'> = await getOk(get, `/api/audit/${service}?after=${after}`);
    sums.streams += page.streams;
    sums.commits += page.commits;
    sums.events += page.events;
    for (const { stream, problem } of page.problems) found.add(`${service}, ${stream}: ${problem}`);
    after = page.next;
  }
  return found.result(
    `the states of ${service}`,
    `${sums.streams} streams, ${sums.commits} commits, ${sums.events} events`,
  );
};

/** Whether some consumer has not applied all events: missing effects may still follow. */
const isSomeConsumerBehind = async (get: Get): Promise<boolean> => {
  const { services } = await getOk<ResponseOf<'listConsumers'>>(get, '/api/consumers');
  return services.some(
    ({ status, consumers }) => status !== 'ok' || consumers.some(({ events, parked }) => events + parked > 0),
  );
};

/** The status of a saga, or undefined if there is none. */
const sagaStatus = async (get: Get, id: string): Promise<string | undefined> => {
  const path = `/api/sagas/${encodeURIComponent(id)}`;
  const { status, body } = await get(path);
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`GET ${path} returned ${status}`);
  return (body as ResponseOf<'getSaga'>).status;
};

/** Whether the stream of a customer has a change of a number. */
const hasChange = async (get: Get, { id, customerId }: OpenMatter): Promise<boolean> => {
  const stream = `/api/streams/customers/customer-${encodeURIComponent(customerId)}`;
  for (let after: number | undefined = 0; after !== undefined;) {
    const { status, body } = await get(`${stream}?after=${after}`);
    if (status === 404) return false;
    if (status !== 200) throw new Error(`GET ${stream} returned ${status}`);
    const page = body as ResponseOf<'readStream'>;
    if (JSON.stringify(page.commits).includes(`"changeId":${JSON.stringify(id)}`)) return true;
    after = typeof page.next === 'number' ? page.next : undefined;
  }
  return false;
};

/** The stream with which a matter begins, without the id. */
const BEGUN: Readonly<Partial<Record<MatterKind, Readonly<{ stream: string; missing: string }>>>> = {
  order: { stream: 'orders/order-', missing: 'no such order was placed' },
  transfer: { stream: 'accounts/transfer-', missing: 'no such transfer was requested' },
  'loan payout': { stream: 'loans/', missing: 'no such loan was granted' },
};

/** Why other services have acted on something that is not open at its owner; undefined if that has ended before. */
const unfoundedReason = async (get: Get, matter: OpenMatter): Promise<string | undefined> => {
  if (matter.kind === 'number change')
    return (await hasChange(get, matter)) ? undefined : 'customers has no such change';
  if (matter.kind === 'return') return 'orders has accepted no such return';
  const { stream, missing } = BEGUN[matter.kind] ?? BEGUN.order!;
  const { status } = await get(`/api/streams/${stream}${encodeURIComponent(matter.id)}`);
  return status === 404 ? missing : `the ${matter.kind} was settled without it`;
};

/** Why a matter is inconsistent; undefined while missing events may still arrive. */
const reasonOf = async (get: Get, matter: OpenMatter): Promise<string | undefined> => {
  const saga = await sagaStatus(get, matter.id);
  if (saga === 'running') return undefined;
  if (matter.is === 'unfounded') return unfoundedReason(get, matter);
  if (saga !== undefined) return `its saga is ${saga}`;
  return matter.is === 'open' && (await isSomeConsumerBehind(get)) ? undefined : 'it has no saga';
};

type Disagreements = ReadonlyMap<OpenMatter['kind'], readonly string[]>;

const keyOf = ({ kind, id }: OpenMatter): string => `${kind} ${id}`;

/** Reads on until what was not settled at first is settled, or still disagrees after the last read. */
const disagreements = async (
  get: Get,
  cross: CrossServiceAudit,
  /** Reads on in the chains after a pause. */
  readOn: () => Promise<void>,
): Promise<Disagreements> => {
  let suspects = new Set(cross.unsettled().map(keyOf));
  let problems: { kind: OpenMatter['kind']; problem: string }[] = [];
  for (let read = 1; read < READS && suspects.size > 0; read += 1) {
    await readOn();
    const left = cross.unsettled().filter((matter) => suspects.has(keyOf(matter)));
    suspects = new Set();
    problems = [];
    for (const matter of left) {
      const reason = await reasonOf(get, matter);
      if (reason === undefined) continue;
      suspects.add(keyOf(matter));
      problems.push({
        kind: matter.kind,
        problem: `${matter.problem}: ${reason} (last event: ${matter.last})`,
      });
    }
  }
  return new Map(
    KINDS.map((kind) => [kind, problems.filter((one) => one.kind === kind).map(({ problem }) => problem)]),
  );
};

const crossResults = (cross: CrossServiceAudit, found: Disagreements): readonly CheckResult[] => {
  const unsettled = cross.unsettled();
  return KINDS.map((kind) => {
    const problems = findings();
    for (const problem of found.get(kind) ?? []) problems.add(problem);
    const left = unsettled.filter((matter) => matter.kind === kind).length - (found.get(kind)?.length ?? 0);
    return problems.result(CHECKS[kind], `${cross.settled()[kind]} settled, ${Math.max(0, left)} under way`);
  });
};

/**
 * Audits a running system through its public API, page by page: every state against its commits, every chain against
 * the stored commits and the heads that consumers keep, what the services have stored about the same orders, card
 * payments and changes of numbers, that every commit is in the story of its request, and the journal. What a saga is
 * still working on is no problem.
 * @throws Error when a service does not respond: then nothing is known about it
 */
export const runAudit = async ({
  get,
  onProgress = () => undefined,
  onResult = () => undefined,
  test,
}: AuditOptions): Promise<readonly CheckResult[]> => {
  const pauseMs = test?.pauseMs ?? PAUSE_MS;
  const results: CheckResult[] = [];
  const finish = (result: CheckResult): void => {
    results.push(result);
    onResult(result);
  };

  const cross = crossServiceAudit();
  const stories = storyAudit();
  const balances = storedBalances();
  onProgress('the heads that consumers keep');
  const chains = chainReader({
    get,
    witnessed: await readWitnessedHeads(get, pauseMs), // Before the chains: they only grow meanwhile.
    onCommit: stories.add,
    onEvent: (event) => {
      cross.add(event);
      balances.add(event);
    },
    onProgress: (commits) => onProgress(`${commits} commits`),
  });
  const readOn = async (): Promise<void> => {
    await sleep(pauseMs);
    await chains.readOn();
  };
  await chains.readOn();
  balances.fix();
  const found = await disagreements(get, cross, readOn);
  for (const result of chains.results()) finish(result);
  for (const result of crossResults(cross, found)) finish(result);
  onProgress('stories');
  finish(await stories.result(get, pauseMs));
  onProgress('the journal');
  finish(await auditJournal(get, balances, readOn));
  for (const service of owners) {
    onProgress(`the states of ${service}`);
    finish(await auditStates(get, service));
  }
  return results;
};
