import type { Summary } from '@bankside/contracts/http';

type SectionName = 'person' | 'accounts' | 'cards' | 'loans' | 'orders';
/** What each section holds when it is there. */
export type SectionData = { readonly [Name in SectionName]: NonNullable<Summary[Name]['data']> };

/** By what a customer is found. */
export type CustomerRef = Readonly<{ customerId: string }> | Readonly<{ mobileNumber: string }>;

/** Reads one section. Rejects when there is no answer in time; the composer decides what that means. */
export type SectionSource<T> = (holder: CustomerRef, timeoutMs: number) => Promise<T>;

/** Where each section comes from. Orders are found by customer only. */
export type SectionSources = { readonly [Name in SectionName]: SectionSource<SectionData[Name]> };

/** The owner answered: there is no such customer. */
export class CustomerNotFound extends Error {
  override name = 'CustomerNotFound';
}

/** The owner answered: this is not for the one who asks. */
export class NotTheOwner extends Error {
  override name = 'NotTheOwner';
}

/** Asks a service. Any status is an answer; rejects when there is none. */
export type FetchFromService = (
  service: string,
  path: string,
  timeoutMs: number,
) => Promise<Readonly<{ status: number; body: unknown }>>;

/** Only the owner of people knows who there is; the others may just not have heard of somebody yet. */
const AUTHORITATIVE_SECTION: SectionName = 'person';

const dataOf = <T>(
  section: SectionName,
  { status, body }: Readonly<{ status: number; body: unknown }>,
): T => {
  if (status === 200) return body as T;
  if (status === 404 && section === AUTHORITATIVE_SECTION) throw new CustomerNotFound();
  if (status === 403) throw new NotTheOwner();
  throw new Error(`answered ${status}`);
};

const queryOf = (holder: CustomerRef): string =>
  'customerId' in holder
    ? `customerId=${encodeURIComponent(holder.customerId)}`
    : `mobileNumber=${encodeURIComponent(holder.mobileNumber)}`;

/** Orders shown in a summary, the newest. */
const MAX_ORDERS = 10;

const idOf = (holder: CustomerRef): string => {
  if ('customerId' in holder) return holder.customerId;
  throw new Error('orders are found by customer');
};

/** The services themselves, by their own APIs. `segment` encodes a part of a path as `ask` wants it. */
export const serviceSources = (
  ask: FetchFromService,
  segment: (part: string) => string = encodeURIComponent,
): SectionSources => {
  const list =
    <T>(service: 'accounts' | 'cards' | 'loans'): SectionSource<T> =>
    async (holder, timeoutMs) =>
      dataOf<Record<string, T>>(service, await ask(service, `${service}?${queryOf(holder)}`, timeoutMs))[
        service
      ] as T;
  return {
    person: async (holder, timeoutMs) => {
      const path =
        'customerId' in holder ? `customers/${segment(holder.customerId)}` : `customers?${queryOf(holder)}`;
      return dataOf('person', await ask('customers', path, timeoutMs));
    },
    accounts: list('accounts'),
    cards: list('cards'),
    loans: list('loans'),
    orders: async (holder, timeoutMs) => {
      const path = `order-status?customerId=${encodeURIComponent(idOf(holder))}&limit=${MAX_ORDERS}`;
      return dataOf<{ orders: SectionData['orders'] }>('orders', await ask('projection', path, timeoutMs))
        .orders;
    },
  };
};

/** The public API of the gateway: how a client, such as a browser page, composes by itself. */
export const publicSources = (
  ask: (path: string, timeoutMs: number) => ReturnType<FetchFromService>,
): SectionSources => {
  const get =
    <T>(section: SectionName, path: (id: string) => string): SectionSource<T> =>
    async (holder, timeoutMs) => {
      const answer = await ask(path(encodeURIComponent(idOf(holder))), timeoutMs);
      const body = dataOf<Record<string, T>>(section, answer);
      return (section === 'person' ? body : body[section]) as T;
    };
  return {
    person: get('person', (id) => `/api/customers/${id}`),
    accounts: get('accounts', (id) => `/api/customers/${id}/accounts`),
    cards: get('cards', (id) => `/api/customers/${id}/cards`),
    loans: get('loans', (id) => `/api/customers/${id}/loans`),
    orders: get('orders', (id) => `/api/orders?customerId=${id}&limit=${MAX_ORDERS}`),
  };
};
