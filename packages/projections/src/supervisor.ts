import { leaseSharing, signal, type LeaseRequest } from '@bankside/feed';
import { jittered } from '@bankside/std';
import type { ConfirmableLease, LeaseManager } from './lease-manager';
import { type ProjectionStore } from './stores/store';
import { type Projection, versionName, type ProjectionVersion } from './projection';
import type { KnownVersions, VersionCache, VersionRecord, VersionRegistry } from './versions';

/**
 * How often a replica looks for work: the longest time for which the work of a dead replica waits. The more versions it
 * writes, the later it looks.
 */
const RECONCILE_EVERY_MS = 500;
/** The same after it has asked another replica for a lease. */
const RECONCILE_AFTER_ASKING_MS = 100;
/** The same for a replica that already writes all there is to write: only retired versions are left to drop. */
const RECONCILE_SELDOM_MS = 5_000;

/** The lease of a version, to be written for as long as it is held. */
export type WriterJob = Readonly<{
  version: ProjectionVersion;
  record: VersionRecord;
  lease: ConfirmableLease;
}>;

/** A writer that the supervisor starts and stops. */
type SupervisedWriter = Readonly<{
  version: ProjectionVersion;
  /** Whether it is promoting its version. It is not stopped then. */
  isPromoting: () => boolean;
  stop: () => Promise<void>;
  ended: Promise<void>;
}>;

type SupervisorOptions<Writer> = Readonly<{
  versions: VersionCache;
  leases: LeaseManager;
  registry: VersionRegistry;
  storeOf: (projection: Projection) => ProjectionStore;
  startWriter: (job: WriterJob) => Promise<Writer>;
  onError: (error: unknown, where: Readonly<{ projection: string; source?: string }>) => void;
}>;

/** Versions that this definition may write, unless a replica is promoting one. */
const writableRecords = ({ projection, active, building }: KnownVersions): readonly VersionRecord[] =>
  [active, building].filter(
    (one): one is VersionRecord =>
      one !== undefined && one.definitionVersion === projection.version && !one.inCutover,
  );

const numbersOf = ({ active, building }: KnownVersions): readonly number[] =>
  [active, building].flatMap((one) => (one === undefined ? [] : [one.number]));

const writableNames = (known: KnownVersions): readonly string[] =>
  writableRecords(known).map(({ number }) => versionName({ ...known, number }));

const anyOf = (names: readonly string[]): string | undefined =>
  names[Math.floor(Math.random() * names.length)];

/**
 * Writes every version of which this replica gets the lease, and drops retired ones. Replicas write equally many: each
 * requests leases of the others until it has its share.
 */
export const supervisor = <Writer extends SupervisedWriter>(options: SupervisorOptions<Writer>) => {
  const { versions, leases, registry, storeOf, startWriter, onError } = options;
  const running = new Map<string, Writer>();
  const wake = signal();
  let stopped = false;
  const sharing = leaseSharing({
    held: () => [...running.keys()],
    send: (request) => leases.notify({ about: 'lease', ...request }),
    now: () => performance.now(),
  });

  const tryToStart = async (version: ProjectionVersion, record: VersionRecord): Promise<void> => {
    const name = versionName(version);
    if (running.has(name) || sharing.isYielded(name)) return;
    const lease = await leases.tryAcquire(name);
    if (lease === undefined) return;
    const writer = await startWriter({ version, record, lease });
    running.set(name, writer);
    void writer.ended.finally(() => {
      running.delete(name);
      wake.notify();
    });
  };

  const drop = async (version: ProjectionVersion): Promise<void> => {
    // Its own lease: nobody writes it any more, or reads it from the memory of its writer.
    const lease = await leases.tryAcquire(versionName(version));
    if (lease === undefined) return;
    try {
      await storeOf(version.projection).drop(version);
      await registry.remove(version.projection.name, version.number);
    } finally {
      await lease.release();
    }
  };

  const reconcileProjection = async (known: KnownVersions): Promise<void> => {
    const { projection, retired } = known;
    const writable = writableRecords(known);
    const numbers = new Set(writable.map(({ number }) => number));
    for (const writer of running.values()) {
      const { version } = writer;
      if (version.projection === projection && !numbers.has(version.number) && !writer.isPromoting())
        void writer.stop();
    }
    for (const record of writable) await tryToStart({ projection, number: record.number }, record);
    for (const { number, droppable } of retired) if (droppable) await drop({ projection, number });
  };

  const reconcile = async (): Promise<void> => {
    await versions.refresh();
    for (const known of versions.all())
      await reconcileProjection(known).catch((error: unknown) =>
        onError(error, { projection: known.projection.name }),
      );
  };

  /** Asks for one of the versions that other replicas write. @returns whether it has asked */
  const askForLease = async (): Promise<boolean> => {
    const names = versions.all().flatMap(writableNames);
    const wanted = anyOf(names.filter((name) => !running.has(name)));
    return wanted !== undefined && sharing.ask(wanted, names.length);
  };

  const writesAll = (): boolean =>
    versions
      .all()
      .every((known) => numbersOf(known).every((number) => running.has(versionName({ ...known, number }))));

  const pauseMs = (): number => (writesAll() ? RECONCILE_SELDOM_MS : RECONCILE_EVERY_MS * (1 + running.size));

  const run = async (): Promise<void> => {
    while (!stopped) {
      let asked = false;
      try {
        if (leases.connected()) {
          await reconcile();
          asked = await askForLease();
        }
      } catch (error) {
        onError(error, { projection: 'all' });
      }
      await wake.wait(jittered(asked ? RECONCILE_AFTER_ASKING_MS : pauseMs()));
    }
  };
  let loop: Promise<void> | undefined;

  return {
    start: (): void => void (loop ??= run()),
    /** Reconciles at once, because versions have changed. */
    reconcile: wake.notify,
    /** Finishes the current batch of a version and releases its lease, if a replica that writes less has asked for it. */
    onRequest: (request: LeaseRequest): void => {
      const writer = running.get(request.name);
      if (writer !== undefined && !writer.isPromoting() && sharing.yields(request)) void writer.stop();
    },
    /** The writer of the version in this process. */
    writer: (version: ProjectionVersion): Writer | undefined => running.get(versionName(version)),
    writerNamed: (version: string): Writer | undefined => running.get(version),
    writers: (): readonly Writer[] => [...running.values()],
    stop: async (): Promise<void> => {
      stopped = true;
      wake.stop();
      await loop;
      await Promise.all([...running.values()].map((writer) => writer.stop()));
    },
  };
};
