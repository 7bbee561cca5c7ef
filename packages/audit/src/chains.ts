import { owners } from '@bankside/contracts/owners';
import {
  getOk,
  getFromAll,
  findings,
  PAUSE_MS,
  type CheckResult,
  type Findings,
  type Get,
  type ResponseOf,
} from './api';
import { storyAudit, type StoryCommit } from './stories';
import type { AuditedEvent } from './audited-event';
import { addTo } from './sums';

type Owner = (typeof owners)[number];
/** A head as one consumer has kept it. */
export type WitnessedHead = Readonly<{ witness: string }> &
  ResponseOf<'listWitnessedHeads'>['services'][number]['heads'][number];
type StoredCommit = ResponseOf<'auditChain'>['commits'][number];
type Problem = ResponseOf<'auditChain'>['problems'][number];

/** How far the chain of one partition is read. */
type Cursor = { service: Owner; partition: number; after: number; waiting: StoredCommit[]; atEnd: boolean };

/** The heads that the consumers of all feeds have kept. @throws Error if a service does not list its own */
export const readWitnessedHeads = async (get: Get, pauseMs: number): Promise<readonly WitnessedHead[]> => {
  const { services } = await getFromAll<ResponseOf<'listWitnessedHeads'>>(get, '/api/witnessed-heads', {
    missing: (body) => body.services.flatMap(({ service, status }) => (status === 'ok' ? [] : [service])),
    pauseMs,
  });
  return services.flatMap(({ service, heads }) => heads.map((head) => ({ witness: service, ...head })));
};

type ChainsOptions = Readonly<{
  get: Get;
  /** The heads that consumers have kept: the chain of the owner must have them. */
  witnessed: readonly WitnessedHead[];
  onCommit: (commit: StoryCommit) => void;
  onEvent: (event: AuditedEvent) => void;
  onProgress: (commits: number) => void;
}>;

const inWords = (
  service: string,
  { partition, number, position, stream, revision, problem }: Problem,
): string =>
  number === undefined
    ? `${service}: ${problem}`
    : `${service}, partition ${partition}, commit ${number}, position ${position ?? '?'}, ${stream}@${revision}: ${problem}`;

/**
 * Reads the chains of all services page by page, merged by time, so that a reader of the events needs to remember only what
 * is under way.
 */
export const chainReader = ({ get, witnessed, onCommit, onEvent, onProgress }: ChainsOptions) => {
  const cursors: Cursor[] = [];
  const found = new Map<Owner, Findings>(owners.map((service) => [service, findings()]));
  const heads = findings();
  for (const { witness, source, number, signed } of witnessed)
    if (!signed)
      heads.add(
        `${witness} keeps a head of ${source}, commit ${number}, without a valid signature of ${source}`,
      );
  const links = new Map<Owner, number>();
  let read = 0;

  const compare = ({ service, partition }: Cursor, hashes: ResponseOf<'auditChain'>['hashes']): void => {
    for (const { witness, source, partition: of, number, hash } of witnessed)
      if (source === service && of === partition && hashes[number] !== hash)
        heads.add(
          `${witness} keeps the hash of commit ${number} of ${source}, partition ${partition}, and the chain of ${source} has ${hashes[number] === undefined ? 'no such commit' : 'another one'}: its history was rewritten`,
        );
  };

  const readPage = async (cursor: Cursor): Promise<void> => {
    const { service, partition, after } = cursor;
    const kept = witnessed.filter((head) => head.source === service && head.partition === partition);
    const isFirst = after === 0 && !cursor.atEnd;
    const hashes =
      isFirst && kept.length > 0 ? `&hashes=${[...new Set(kept.map(({ number }) => number))].join(',')}` : '';
    const path = `/api/audit/${service}/chain?partition=${partition}&after=${after}${hashes}`;
    const page = await getOk<ResponseOf<'auditChain'>>(get, path);
    if (isFirst) {
      compare(cursor, page.hashes);
      for (let next = partition + 1; partition === 0 && next < page.partitions; next += 1)
        cursors.push({ service, partition: next, after: 0, waiting: [], atEnd: false });
    }
    for (const problem of page.problems) found.get(service)!.add(inWords(service, problem));
    addTo(links, service, page.links);
    read += page.links;
    cursor.after = page.next ?? after + page.links;
    cursor.waiting = [...page.commits];
    cursor.atEnd = page.next === undefined;
    onProgress(read);
  };

  const fill = async (): Promise<void> => {
    for (let empty = [...cursors]; empty.length > 0;) {
      await Promise.all(empty.map(readPage));
      empty = cursors.filter(({ waiting, atEnd }) => waiting.length === 0 && !atEnd);
    }
  };

  const merge = async (): Promise<void> => {
    for (;;) {
      let oldest: Cursor | undefined;
      for (const cursor of cursors)
        if (
          cursor.waiting[0] !== undefined &&
          (oldest === undefined || cursor.waiting[0].at < oldest.waiting[0]!.at)
        )
          oldest = cursor;
      if (oldest === undefined) return;
      const { stream, revision, commandId, at, correlationId, events } = oldest.waiting.shift()!;
      onCommit({ service: oldest.service, stream, revision, correlationId });
      for (const { type, data } of events)
        onEvent({ service: oldest.service, stream, revision, commandId, at, type, data });
      while (oldest.waiting.length === 0 && !oldest.atEnd) await readPage(oldest);
    }
  };

  return {
    /** Reads on to the end of all chains. Repeat it to read what has been appended meanwhile. */
    readOn: async (): Promise<void> => {
      if (cursors.length === 0)
        cursors.push(
          ...owners.map((service) => ({ service, partition: 0, after: 0, waiting: [], atEnd: false })),
        );
      await fill();
      await merge();
    },
    results: (): readonly CheckResult[] => [
      ...owners.map((service) =>
        found.get(service)!.result(`the chain of ${service}`, `${links.get(service) ?? 0} commits`),
      ),
      heads.result('the heads that consumers keep', `${witnessed.length} heads`),
    ],
  };
};

/** Verifies every chain against the stored commits and the heads that consumers keep, and that every commit is in its story. */
export const auditChains = async (get: Get): Promise<readonly CheckResult[]> => {
  const stories = storyAudit();
  const nothing = (): void => undefined;
  const witnessed = await readWitnessedHeads(get, PAUSE_MS); // Before the chains: they only grow meanwhile.
  const chains = chainReader({
    get,
    witnessed,
    onCommit: stories.add,
    onEvent: nothing,
    onProgress: nothing,
  });
  await chains.readOn();
  return [...chains.results(), await stories.result(get, PAUSE_MS)];
};
