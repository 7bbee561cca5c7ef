import type { Summary } from '@bankside/contracts/http';
import type { CircuitBreakers } from './circuit-breaker';
import type { SectionCache } from './section-cache';
import { readSection, type Clock, type Section } from './section';
import type { SectionData, CustomerRef, SectionSources } from './sources';

export type ComposerOptions = Readonly<{
  /** For one section, and for all of it. */
  sectionTimeoutMs?: number;
  timeoutMs?: number;
  clock: Clock;
  cache: SectionCache;
  breakers: CircuitBreakers;
}>;

/** A page that waits longer for one part is better shown without it. */
const SECTION_TIMEOUT_MS = 1_000;
const TIMEOUT_MS = 1_500;

const keyOf = (holder: CustomerRef): string =>
  'customerId' in holder ? holder.customerId : `m:${holder.mobileNumber}`;

const customerIdIn = (data: unknown): string | undefined => {
  const first: unknown = Array.isArray(data) ? data[0] : data;
  const id =
    typeof first === 'object' && first !== null && 'customerId' in first ? first.customerId : undefined;
  return typeof id === 'string' ? id : undefined;
};

/** The id of the customer, from whichever section knows it first. */
const customerIdFrom = (sections: readonly Promise<Section<unknown>>[]): Promise<string> =>
  Promise.any(
    sections.map(async (section) => {
      const id = customerIdIn((await section).data);
      if (id === undefined) throw new Error('it does not know');
      return id;
    }),
  );

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

/**
 * Puts the summary of a customer together: all sections at once, each within its own time, and whatever one of them does
 * the others are told. Runs wherever `sources` do: in a service, or in a browser.
 * @throws CustomerNotFound, NotTheOwner when an owner says so
 */
export const composer = (sources: SectionSources, options: ComposerOptions) => {
  const { clock, cache, breakers, sectionTimeoutMs = SECTION_TIMEOUT_MS, timeoutMs = TIMEOUT_MS } = options;

  return async (holder: CustomerRef): Promise<Omit<Summary, 'via'>> => {
    const startedAt = clock.now();
    const left = (): number => Math.max(0, timeoutMs - (clock.now() - startedAt));
    const read = <Name extends keyof SectionSources>(
      name: Name,
      source: (limitMs: number) => Promise<SectionData[Name]>,
      limitMs = Math.min(sectionTimeoutMs, left()),
    ): Promise<Section<SectionData[Name]>> => {
      const key = `${name}/${keyOf(holder)}`;
      return readSection(source, {
        timeoutMs: limitMs,
        clock,
        breaker: breakers(name),
        cache: {
          keep: (data, at) => cache.keep(key, data, at),
          find: () => cache.find(key, clock.now()),
        },
      });
    };

    const direct = <Name extends keyof SectionSources>(name: Name): Promise<Section<SectionData[Name]>> =>
      read(name, (limitMs) => sources[name](holder, limitMs));

    const first = [direct('person'), direct('accounts'), direct('cards'), direct('loans')] as const;
    const ofWhomever = (): Promise<Section<SectionData['orders']>> =>
      customerIdFrom(first).then(
        (customerId) => read('orders', (limitMs) => sources.orders({ customerId }, limitMs), left()),
        () => ({ status: 'unavailable', tookMs: tenths(clock.now() - startedAt) }), // Nobody knows whose.
      );
    const orders = 'customerId' in holder ? direct('orders') : ofWhomever();
    const [person, accounts, cards, loans, ofOrders] = await Promise.all([...first, orders]);
    return {
      tookMs: tenths(clock.now() - startedAt),
      person,
      accounts,
      cards,
      loans,
      orders: ofOrders,
    } as Omit<Summary, 'via'>;
  };
};
export type Compose = ReturnType<typeof composer>;
