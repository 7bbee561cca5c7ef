import type { Summary } from '@bankside/contracts/http';
import type { CircuitBreakers } from './circuit-breaker';
import type { SectionCache } from './section-cache';
import { readSection, type Clock, type Section } from './section';
import type { SectionData, CustomerRef, SectionSources } from './sources';

export type ComposerOptions = Readonly<{
  /** Limit for each section. */
  sectionTimeoutMs?: number;
  /** Limit for the whole summary. */
  timeoutMs?: number;
  /** The request has a `Consistency-Token`: owners may wait for its changes, and cached sections may lack them. */
  readsOwnWrites?: boolean;
  clock: Clock;
  cache: SectionCache;
  breakers: CircuitBreakers;
}>;

const SECTION_TIMEOUT_MS = 1_000;
const TIMEOUT_MS = 1_500;
/** An owner waits for the changes of a token for up to 2 s. */
const WAIT_MS = 2_000;

const keyOf = (customer: CustomerRef): string =>
  'customerId' in customer ? customer.customerId : `m:${customer.mobileNumber}`;

const customerIdIn = (data: unknown): string | undefined => {
  const first: unknown = Array.isArray(data) ? data[0] : data;
  const id =
    typeof first === 'object' && first !== null && 'customerId' in first ? first.customerId : undefined;
  return typeof id === 'string' ? id : undefined;
};

/** The customer's id from the first section that contains it. Rejects when none does. */
const customerIdFrom = (sections: readonly Promise<Section<unknown>>[]): Promise<string> =>
  Promise.any(
    sections.map(async (section) => {
      const id = customerIdIn((await section).data);
      if (id === undefined) throw new Error('the section has no customer id');
      return id;
    }),
  );

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

/**
 * Composes the summary of a customer: reads all sections concurrently, each with its own timeout and status. Runs in
 * services and in browsers.
 * @throws CustomerNotFound, NotTheOwner
 */
export const composer = (sources: SectionSources, options: ComposerOptions) => {
  const { clock, cache, breakers, readsOwnWrites = false } = options;
  const waitMs = readsOwnWrites ? WAIT_MS : 0;
  const { sectionTimeoutMs = SECTION_TIMEOUT_MS + waitMs, timeoutMs = TIMEOUT_MS + waitMs } = options;

  return async (customer: CustomerRef): Promise<Omit<Summary, 'via'>> => {
    const startedAt = clock.now();
    const left = (): number => Math.max(0, timeoutMs - (clock.now() - startedAt));
    const read = <Name extends keyof SectionSources>(
      name: Name,
      source: (limitMs: number) => Promise<SectionData[Name]>,
      limitMs = Math.min(sectionTimeoutMs, left()),
    ): Promise<Section<SectionData[Name]>> => {
      const key = `${name}/${keyOf(customer)}`;
      return readSection(source, {
        timeoutMs: limitMs,
        clock,
        breaker: breakers(name),
        cache: {
          keep: (data, at) => cache.keep(key, data, at),
          find: () => (readsOwnWrites ? undefined : cache.find(key, clock.now())),
        },
      });
    };

    const direct = <Name extends keyof SectionSources>(name: Name): Promise<Section<SectionData[Name]>> =>
      read(name, (limitMs) => sources[name](customer, limitMs));

    const first = [direct('person'), direct('accounts'), direct('cards'), direct('loans')] as const;
    const ordersByFoundId = (): Promise<Section<SectionData['orders']>> =>
      customerIdFrom(first).then(
        (customerId) => read('orders', (limitMs) => sources.orders({ customerId }, limitMs), left()),
        () => ({ status: 'unavailable', tookMs: tenths(clock.now() - startedAt) }),
      );
    const orders = 'customerId' in customer ? direct('orders') : ordersByFoundId();
    const [person, accounts, cards, loans, ordersSection] = await Promise.all([...first, orders]);
    return {
      tookMs: tenths(clock.now() - startedAt),
      person,
      accounts,
      cards,
      loans,
      orders: ordersSection,
    } as Omit<Summary, 'via'>;
  };
};
