import { owners, servicesWithConsumers, servicesWithVitals } from '@bankside/contracts';
import {
  attentionCounts,
  outboxResponse,
  trialBalance,
  vitalsResponse,
  consumersResponse,
  type ServiceOfSystem,
  type StatusResponse,
  type SystemResponse,
  type Vitals,
} from '@bankside/contracts/http';
import type { Invoke } from '@bankside/dapr';
import type { RequestCounter } from '@bankside/runtime';
import { stateReader } from '../read-services';
import { stateOf } from './service-state';
import { sharedReading } from './shared-reading';

type Service = (typeof servicesWithVitals)[number];

/** Shorter than the interval at which pages refresh, so that each refresh is a new reading. */
const FRESH_MS = 700;
const STATUS_FRESH_MS = 1_500;
const BOOKS_FRESH_MS = 5_000;
const TIMEOUT_MS = 1_000;
/** How long a replica counts after its last response. */
const REPLICA_MS = 15_000;

const withConsumers: readonly string[] = servicesWithConsumers;
const withOutbox: readonly string[] = owners;

type Seen = Readonly<{ at: number; vitals: Vitals }>;

/** Adds up the requests of the replicas. */
const callersOf = (replicas: readonly Vitals[]): Vitals['callers'] => {
  const sums: Record<string, Vitals['callers'][string]> = {};
  for (const [caller, { count, failed }] of replicas.flatMap(({ callers }) => Object.entries(callers))) {
    const before = sums[caller] ?? { count: 0, failed: 0 };
    sums[caller] = { count: before.count + count, failed: before.failed + failed };
  }
  return sums;
};

export type SystemReaderOptions = Readonly<{
  /** Calls services as the gateway. */
  invoke: Invoke;
  /** Of the gateway's own requests. */
  counter: RequestCounter;
  now: () => number;
}>;

/** Reads the state of all services, only while an operator looks at it. */
export const systemReader = ({ invoke, counter, now }: SystemReaderOptions) => {
  const seen = new Map<Service, Map<string, Seen>>();

  const read = stateReader(invoke, TIMEOUT_MS);

  /** The latest vitals of each replica. A call reaches one of them, in turn. */
  const replicasOf = (service: Service, vitals: Vitals | undefined): readonly Vitals[] => {
    if (vitals === undefined) return [];
    const at = now();
    const known = new Map(
      [...(seen.get(service) ?? [])].filter(([, replica]) => replica.at > at - REPLICA_MS),
    ).set(vitals.instance, { at, vitals });
    seen.set(service, known);
    return [...known.values()].map((one) => one.vitals);
  };

  const readService = async (service: Service): Promise<ServiceOfSystem> => {
    const [vitals, lags, outbox] = await Promise.all([
      read(service, 'vitals', vitalsResponse),
      withConsumers.includes(service) ? read(service, 'consumers', consumersResponse) : undefined,
      withOutbox.includes(service) ? read(service, 'outbox', outboxResponse) : undefined,
    ]);
    const replicas = replicasOf(service, vitals);
    const p95s = replicas.flatMap(({ p95Ms }) => p95Ms ?? []);
    return {
      service,
      ...stateOf(vitals),
      replicas: replicas.length,
      callers: callersOf(replicas),
      ...(p95s.length > 0 && { p95Ms: Math.max(...p95s) }),
      ...(vitals?.faults && { faults: vitals.faults }),
      ...(outbox && { outbox: outbox.partitions.reduce((sum, one) => sum + one.waiting, 0) }),
      consumers: lags?.consumers ?? [],
    };
  };

  const system = sharedReading(
    async (): Promise<SystemResponse> => {
      const services = await Promise.all(servicesWithVitals.map(readService));
      const { callers, p95Ms } = counter.read();
      return {
        at: new Date(now()).toISOString(),
        gateway: { callers, ...(p95Ms !== undefined && { p95Ms }) },
        services,
      };
    },
    { freshMs: FRESH_MS, now },
  );

  const books = sharedReading(
    async (): Promise<boolean | undefined> => {
      const found = await read('projection', 'ledger/trial-balance', trialBalance);
      return found?.currencies.every(({ sumCents }) => sumCents === 0);
    },
    { freshMs: BOOKS_FRESH_MS, now },
  );

  const status = sharedReading(
    async (): Promise<StatusResponse> => {
      const [all, balanced, attention] = await Promise.all([
        Promise.all(
          servicesWithVitals.map(async (service) => ({
            service,
            vitals: await read(service, 'vitals', vitalsResponse),
          })),
        ),
        books(),
        read('worker', 'attention/count', attentionCounts),
      ]);
      return {
        at: new Date(now()).toISOString(),
        faults: all.flatMap(({ service, vitals }) => {
          const on = Object.entries(vitals?.faults ?? {}).filter(
            ([, value]) => value !== 0 && value !== false,
          );
          return on.length === 0 ? [] : [{ service, faults: Object.fromEntries(on) }];
        }),
        unavailable: all.flatMap(({ service, vitals }) => (vitals === undefined ? [service] : [])),
        ...(balanced !== undefined && { balanced }),
        ...(attention && { needsPerson: attention.open }),
      };
    },
    { freshMs: STATUS_FRESH_MS, now },
  );

  return { system, status };
};
