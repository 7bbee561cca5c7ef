import type { Summary } from '@bankside/contracts/http';

type SectionName = 'person' | 'accounts' | 'cards' | 'loans' | 'orders';
export type SectionData = { readonly [Name in SectionName]: NonNullable<Summary[Name]['data']> };

/** How a customer is identified. */
export type CustomerRef = Readonly<{ customerId: string }> | Readonly<{ mobileNumber: string }>;

/** Reads one section within `timeoutMs`. Rejects when there is no response. */
export type SectionSource<T> = (customer: CustomerRef, timeoutMs: number) => Promise<T>;

/** The source of each section. That of orders only takes a customer id. */
export type SectionSources = { readonly [Name in SectionName]: SectionSource<SectionData[Name]> };

/** The owner of customers has no such customer. */
export class CustomerNotFound extends Error {
  override name = 'CustomerNotFound';
}

/** An owner does not let the caller see this customer. */
export class NotTheOwner extends Error {
  override name = 'NotTheOwner';
}

/** An owner responded, but with no data. It is up: its circuit stays closed. */
export class RejectedByOwner extends Error {
  override name = 'RejectedByOwner';
}

/** Sends a GET request to a service. Resolves with any status; rejects when there is no response. */
export type FetchFromService = (
  service: string,
  path: string,
  timeoutMs: number,
) => Promise<Readonly<{ status: number; body: unknown }>>;

/** Only the owner of customers can decide that a customer does not exist; replicas of other owners may lag behind. */
const AUTHORITATIVE_SECTION: SectionName = 'person';

/** The owner lacks a change of the `Consistency-Token`. */
const isBehind = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'type' in body && body.type === '/problems/view-behind';

const dataOf = <T>(
  section: SectionName,
  { status, body }: Readonly<{ status: number; body: unknown }>,
): T => {
  if (status === 200) return body as T;
  if (status === 404 && section === AUTHORITATIVE_SECTION) throw new CustomerNotFound();
  if (status === 403) throw new NotTheOwner();
  if (status < 500 || isBehind(body)) throw new RejectedByOwner(`status ${status}`);
  throw new Error(`status ${status}`);
};

const queryOf = (customer: CustomerRef): string =>
  'customerId' in customer
    ? `customerId=${encodeURIComponent(customer.customerId)}`
    : `mobileNumber=${encodeURIComponent(customer.mobileNumber)}`;

/** The newest orders, shown in a summary. */
const MAX_ORDERS = 10;
const PAGE_ITEMS = 100;

const idOf = (customer: CustomerRef): string => {
  if ('customerId' in customer) return customer.customerId;
  throw new Error('orders are found by customer id only');
};

/** The services that `serviceSources` calls. */
export const SECTION_SERVICES = ['customers', 'accounts', 'cards', 'loans', 'projection'] as const;
type ListName = 'accounts' | 'cards' | 'loans';

/** The items of all pages of a list. */
const allPages = async <T>(
  section: ListName,
  fetchPage: (query: string) => ReturnType<FetchFromService>,
): Promise<T[]> => {
  const items: T[] = [];
  for (let cursor = ''; ;) {
    const page = dataOf<Readonly<Record<ListName, readonly T[]> & { next?: string }>>(
      section,
      await fetchPage(`limit=${PAGE_ITEMS}${cursor}`),
    );
    items.push(...page[section]);
    if (page.next === undefined) return items;
    cursor = `&cursor=${encodeURIComponent(page.next)}`;
  }
};

/** Reads from the services' own APIs. `segment` encodes one segment of a path. */
export const serviceSources = (
  fetchFrom: FetchFromService,
  segment: (part: string) => string = encodeURIComponent,
): SectionSources => {
  const list =
    <T>(service: ListName): SectionSource<T[]> =>
    (customer, timeoutMs) =>
      allPages<T>(service, (page) =>
        fetchFrom(service, `${service}?${queryOf(customer)}&${page}`, timeoutMs),
      );
  return {
    person: async (customer, timeoutMs) => {
      const path =
        'customerId' in customer
          ? `customers/${segment(customer.customerId)}`
          : `customers?${queryOf(customer)}`;
      return dataOf('person', await fetchFrom('customers', path, timeoutMs));
    },
    accounts: list('accounts'),
    cards: list('cards'),
    loans: list('loans'),
    orders: async (customer, timeoutMs) => {
      const path = `order-status?customerId=${encodeURIComponent(idOf(customer))}&limit=${MAX_ORDERS}`;
      return dataOf<{ orders: SectionData['orders'] }>(
        'orders',
        await fetchFrom('projection', path, timeoutMs),
      ).orders;
    },
  };
};

/** Reads from the public API, for clients that compose the summary themselves. */
export const publicSources = (
  fetchFrom: (path: string, timeoutMs: number) => ReturnType<FetchFromService>,
): SectionSources => {
  const get = async <T>(section: SectionName, path: string, timeoutMs: number): Promise<T> =>
    dataOf<T>(section, await fetchFrom(path, timeoutMs));
  const customerPath = (customer: CustomerRef): string =>
    `/api/customers/${encodeURIComponent(idOf(customer))}`;
  const list =
    <T>(section: ListName): SectionSource<T[]> =>
    (customer, timeoutMs) =>
      allPages<T>(section, (page) => fetchFrom(`${customerPath(customer)}/${section}?${page}`, timeoutMs));
  return {
    person: (customer, timeoutMs) => get('person', customerPath(customer), timeoutMs),
    accounts: list('accounts'),
    cards: list('cards'),
    loans: list('loans'),
    orders: async (customer, timeoutMs) => {
      const path = `/api/orders?customerId=${encodeURIComponent(idOf(customer))}&limit=${MAX_ORDERS}`;
      return (await get<{ orders: SectionData['orders'] }>('orders', path, timeoutMs)).orders;
    },
  };
};
