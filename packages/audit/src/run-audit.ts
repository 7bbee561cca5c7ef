import { owners } from '@bankside/contracts/owners';
import { answered, findings, type CheckResult, type Get, type ResponseOf } from './api';
import { chainReader, type WitnessedHead } from './chains';
import { crossServiceAudit, type MatterKind, type OpenMatter } from './cross-service';

/** Reads of what is not settled yet, each a while after the one before: a service may still be publishing. */
const READS = 6;
const PAUSE_MS = 1_000;

export type AuditOptions = Readonly<{
  get: Get;
  /** What is being read, in words. */
  onProgress?: (progress: string) => void;
  /** Each result as soon as it is there. */
  onResult?: (result: CheckResult) => void;
}>;

/** Every state equals the fold of its commits and keeps the rules of its aggregate. */
const auditStates = async (get: Get, service: string): Promise<CheckResult> => {
  const found = findings();
  const sums = { streams: 0, commits: 0, events: 0 };
  for (let after: number | undefined = 0; after !== undefined;) {
    const page: ResponseOf<'auditService'> = await answered(get, `/api/audit/${service}?after=${after}`);
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

const readWitnessedHeads = async (get: Get): Promise<readonly WitnessedHead[]> => {
  const { services } = await answered<ResponseOf<'listWitnessedHeads'>>(get, '/api/witnessed-heads');
  const away = services.find(({ status }) => status !== 'ok');
  if (away !== undefined) throw new Error(`${away.service} does not list the heads that it has kept`);
  return services.flatMap(({ service, heads }) => heads.map((head) => ({ witness: service, ...head })));
};

/** Whether some consumer has not applied all events: what is missing may still follow. */
const isSomeConsumerBehind = async (get: Get): Promise<boolean> => {
  const { services } = await answered<ResponseOf<'listConsumers'>>(get, '/api/consumers');
  return services.some(
    ({ status, consumers }) => status !== 'ok' || consumers.some(({ events, parked }) => events + parked > 0),
  );
};

/** The problem of a matter in words, or undefined while it is under way. */
const problemOf = async (get: Get, matter: OpenMatter): Promise<string | undefined> => {
  const { kind, id, is, last } = matter;
  const problem = `${matter.problem} (last event: ${last})`;
  const saga = await get(`/api/sagas/${encodeURIComponent(id)}`);
  const status = (saga.body as Readonly<{ status?: string }>).status;
  if (saga.status === 200 && status === 'running') return undefined;
  if (saga.status !== 200 && saga.status !== 404)
    throw new Error(`GET /api/sagas/${id} was answered with ${saga.status}`);
  if (is === 'open') {
    if (saga.status === 404 && (await isSomeConsumerBehind(get))) return undefined;
    return `${problem}: ${saga.status === 404 ? 'it has no saga' : `its saga is ${status}`}`;
  }
  if (is !== 'unfounded' || kind !== 'order') return problem;
  const order = await get(`/api/streams/orders/order-${encodeURIComponent(id)}`);
  return `${problem}: ${order.status === 404 ? 'no such order was placed' : 'beyond what settled the order'}`;
};

const CHECKS: Readonly<Record<MatterKind, string>> = {
  order: 'orders with their money, payments and stock',
  'card payment': 'card payments with their withdrawals',
  'number change': 'changes of mobile numbers',
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/**
 * Audits a running system through its public API, page by page: every state against its commits, every chain against the
 * stored commits and the heads that consumers keep, and what the services say about the same orders, card payments and
 * changes of numbers. What a saga is still working on is no problem.
 * @throws Error when a service does not respond: then nothing is known about it
 */
export const runAudit = async ({
  get,
  onProgress = () => undefined,
  onResult = () => undefined,
}: AuditOptions): Promise<readonly CheckResult[]> => {
  const results: CheckResult[] = [];
  const finish = (result: CheckResult): void => {
    results.push(result);
    onResult(result);
  };

  const cross = crossServiceAudit();
  onProgress('the heads that consumers keep');
  const chains = chainReader({
    get,
    witnessed: await readWitnessedHeads(get), // Before the chains: they only grow meanwhile.
    onEvent: cross.add,
    onProgress: (commits) => onProgress(`${commits} commits`),
  });
  await chains.readOn();
  const early = new Set(cross.unsettled().map(({ kind, id }) => `${kind} ${id}`));
  const problems = new Map<string, string>();
  for (let read = 1; read < READS && early.size > 0; read += 1) {
    await sleep(PAUSE_MS);
    await chains.readOn();
    const left = cross.unsettled().filter(({ kind, id }) => early.has(`${kind} ${id}`));
    early.clear();
    problems.clear();
    for (const matter of left) {
      const key = `${matter.kind} ${matter.id}`;
      const problem = await problemOf(get, matter);
      if (problem === undefined) continue;
      early.add(key);
      problems.set(key, problem);
    }
  }
  for (const result of chains.results()) finish(result);
  const underWay = cross.unsettled();
  for (const kind of Object.keys(CHECKS) as readonly MatterKind[]) {
    const found = findings();
    for (const [key, problem] of problems) if (key.startsWith(`${kind} `)) found.add(problem);
    const unsettled = underWay.filter((matter) => matter.kind === kind).length;
    const running = unsettled - found.result('', '').count;
    finish(found.result(CHECKS[kind], `${cross.settled()[kind]} settled, ${Math.max(0, running)} under way`));
  }
  for (const service of owners) {
    onProgress(`the states of ${service}`);
    finish(await auditStates(get, service));
  }
  return results;
};
