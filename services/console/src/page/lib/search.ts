import { withQuery } from './route';
import type { Product, ResponseOf, Summary, Transfer } from './api-types';
import type { Api } from './api';
import { findCustomers } from './find-customers';
import { inGroups, inWords, sagaName } from './in-words';
import { linkOf, streamLink, type ThingKind } from './links';
import { money } from './money';
import { ApiProblem } from './problem';
import type { Role } from './roles';

export type Found = Readonly<{ kind: string; label: string; detail?: string; link: string }>;
export type SearchResult = Readonly<{
  found: readonly Found[];
  /** What could not be searched, because a service did not respond. */
  missing: readonly string[];
}>;

type Searcher = Readonly<{ what: string; run: (text: string) => Promise<readonly Found[]> }>;
type SearchApi = Pick<Api, 'get' | 'all'>;

const MOST_OF_A_KIND = 8;
const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{2,63}$/;
const digitsOf = (text: string): string => text.replaceAll(/[\s-]/g, '');

const at = (path: string, id: string): string => `${path}/${encodeURIComponent(id)}`;

/** The response, or undefined for what does not exist. @throws ApiProblem when no response is known */
const orNone = async <T>(response: Promise<T>): Promise<T | undefined> => {
  try {
    return await response;
  } catch (error) {
    if (error instanceof ApiProblem && [400, 403, 404].includes(error.body.status)) return undefined;
    throw error;
  }
};

const includes = (text: string, ...parts: readonly string[]): boolean => {
  const wanted = text.toLowerCase();
  return parts.some((part) => part.toLowerCase().includes(wanted) || digitsOf(part).includes(digitsOf(text)));
};

const products = (api: SearchApi, role: Role): Searcher => ({
  what: 'products',
  run: async (text) =>
    (await api.all<Product>('/api/products', 'products'))
      .filter(({ sku, title }) => includes(text, sku, title))
      .slice(0, MOST_OF_A_KIND)
      .map(({ sku, title, unitPriceCents, currency }) => ({
        kind: 'Product',
        label: title,
        detail: `${sku}, ${money(unitPriceCents, currency)}`,
        link: linkOf('product', sku, role)!,
      })),
});

type ById<T> = Readonly<{ kind: ThingKind; path: string; pattern?: RegExp; describe: (thing: T) => string }>;

/** Finds one thing by its whole id or number. */
const byId =
  (api: SearchApi, role: Role) =>
  <T>({ kind, path, pattern = ID, describe }: ById<T>): Searcher => ({
    what: `${kind}s`,
    run: async (text) => {
      const id = pattern === ID ? text : digitsOf(text);
      if (!pattern.test(id)) return [];
      const thing = await orNone(api.get<T>(at(path, id)));
      if (thing === undefined) return [];
      const label = pattern === ID ? id : inGroups(id);
      return [{ kind: inWords(kind), label, detail: describe(thing), link: linkOf(kind, id, role)! }];
    },
  });

type Order = ResponseOf<'getOrder'>;
const describeOrder = ({ state, totalCents, currency }: Order): string =>
  `${inWords(state)}${totalCents === undefined ? '' : `, ${money(totalCents, currency)}`}`;

const TRANSFER = {
  kind: 'transfer',
  path: '/api/transfers',
  describe: ({ status, amountCents, currency }: Transfer) =>
    `${inWords(status)}, ${money(amountCents, currency)}`,
} as const;

/** Transfers that a customer sent, by number, account, amount or purpose; and one that the customer received, by number. */
const customerTransfers = (api: SearchApi, customerId: string): readonly Searcher[] => [
  byId(api, 'customer')<Transfer>(TRANSFER),
  {
    what: 'transfers',
    run: async (text) => {
      const { transfers } = await api.get<ResponseOf<'listTransfers'>>(
        `${at('/api/customers', customerId)}/transfers?limit=100`,
      );
      return transfers
        .filter(({ toAccount, amountCents, currency, purpose = '' }) =>
          includes(text, toAccount, money(amountCents, currency), purpose),
        )
        .slice(0, MOST_OF_A_KIND)
        .map((transfer) => ({
          kind: 'Transfer',
          label: transfer.purpose ?? `To ${inGroups(transfer.toAccount)}`,
          detail: TRANSFER.describe(transfer),
          link: linkOf('transfer', transfer.transferId, 'customer')!,
        }));
    },
  },
];

/** The order of a return, among the latest ones of a customer. */
const customerReturns = (api: SearchApi, customerId: string): Searcher => ({
  what: 'returns',
  run: async (text) => {
    if (!ID.test(text)) return [];
    const { orders } = await api.get<ResponseOf<'listOrders'>>(
      withQuery('/api/orders', { customerId, limit: 100 }),
    );
    return orders.flatMap(({ orderId, currency, returns }) =>
      returns
        .filter(({ returnId }) => returnId === text)
        .map(({ returnId, state, refundCents }) => ({
          kind: 'Return',
          label: returnId,
          detail: `${inWords(state)}, ${money(refundCents, currency)}`,
          link: linkOf('order', orderId, 'customer')!,
        })),
    );
  },
});

const NUMBER = /^\d{10}$/;
const CARD_NUMBER = /^\d{12}$/;

const tellerSearch = (api: SearchApi): readonly Searcher[] => {
  const one = byId(api, 'teller');
  return [
    {
      what: 'customers',
      run: async (text) =>
        (await findCustomers(api, text))
          .slice(0, MOST_OF_A_KIND)
          .map(({ customerId, name, mobileNumber }) => ({
            kind: 'Customer',
            label: name ?? 'Forgotten customer',
            ...(mobileNumber !== undefined && { detail: mobileNumber }),
            link: linkOf('customer', customerId, 'teller')!,
          })),
    },
    one<Readonly<{ name?: string; status: string }>>({
      kind: 'customer',
      path: '/api/customers',
      describe: ({ name, status }) => `${name ?? 'Forgotten customer'}, ${status}`,
    }),
    one<Readonly<{ balanceCents: number; currency: string }>>({
      kind: 'account',
      path: '/api/accounts',
      pattern: NUMBER,
      describe: ({ balanceCents, currency }) => money(balanceCents, currency),
    }),
    one<Readonly<{ usedCents: number; currency: string }>>({
      kind: 'card',
      path: '/api/cards',
      pattern: CARD_NUMBER,
      describe: ({ usedCents, currency }) => `${money(usedCents, currency)} used`,
    }),
    one<Readonly<{ outstandingCents: number; currency: string }>>({
      kind: 'loan',
      path: '/api/loans',
      pattern: NUMBER,
      describe: ({ outstandingCents, currency }) => `${money(outstandingCents, currency)} outstanding`,
    }),
    one<Order>({ kind: 'order', path: '/api/orders', describe: describeOrder }),
    one<Transfer>(TRANSFER),
    products(api, 'teller'),
  ];
};

const stream = (api: SearchApi, service: string, kind: string, pattern: RegExp): Searcher => ({
  what: `streams of ${service}`,
  run: async (text) => {
    const id = pattern === ID ? text : digitsOf(text);
    if (!pattern.test(id)) return [];
    const name = `${kind}-${id}`;
    const found = await orNone(api.get<Readonly<{ revision: number }>>(`/api/streams/${service}/${encodeURIComponent(name)}`)); // prettier-ignore
    return found === undefined
      ? []
      : [
          {
            kind: 'Stream',
            label: name,
            detail: `revision ${found.revision}`,
            link: streamLink(service, name),
          },
        ];
  },
});

const operatorSearch = (api: SearchApi): readonly Searcher[] => {
  const one = byId(api, 'operator');
  return [
    one<Readonly<{ saga: string; status: string }>>({
      kind: 'saga',
      path: '/api/sagas',
      describe: ({ saga, status }) => `${sagaName(saga)}, ${status}`,
    }),
    one<Order>({ kind: 'order', path: '/api/orders', describe: describeOrder }),
    stream(api, 'customers', 'customer', ID),
    stream(api, 'accounts', 'account', NUMBER),
    stream(api, 'cards', 'card', CARD_NUMBER),
    stream(api, 'loans', 'loan', NUMBER),
    products(api, 'operator'),
  ];
};

const customerSearch = (api: SearchApi, customerId: string): readonly Searcher[] => [
  {
    what: 'accounts, cards, loans and orders',
    run: async (text) => {
      const { accounts, cards, loans, orders } = await api.get<Summary>(
        `${at('/api/customers', customerId)}/summary?via=view`,
      );
      const all = [
        ...(accounts.data ?? []).map(({ accountNumber: id, balanceCents, currency }) => ({
          kind: 'account' as const,
          id,
          amount: money(balanceCents, currency),
        })),
        ...(cards.data ?? []).map(({ cardNumber: id, availableCents, currency }) => ({
          kind: 'card' as const,
          id,
          amount: money(availableCents, currency),
        })),
        ...(loans.data ?? []).map(({ loanNumber: id, outstandingCents, currency }) => ({
          kind: 'loan' as const,
          id,
          amount: money(outstandingCents, currency),
        })),
        ...(orders.data ?? []).map(({ orderId: id, totalCents, currency }) => ({
          kind: 'order' as const,
          id,
          amount: money(totalCents, currency),
        })),
      ];
      return all
        .filter(({ kind, id, amount }) => includes(text, kind, id, amount))
        .slice(0, MOST_OF_A_KIND)
        .map(({ kind, id, amount }) => ({
          kind: inWords(kind),
          label: kind === 'order' ? amount : inGroups(id),
          detail: kind === 'order' ? id : amount,
          link: linkOf(kind, id, 'customer') ?? '#/customer',
        }));
    },
  },
  ...customerTransfers(api, customerId),
  customerReturns(api, customerId),
  products(api, 'customer'),
];

/** Everything that a user may search in a role. */
export const searchersOf = (role: Role, api: SearchApi, customerId = ''): readonly Searcher[] => {
  if (role === 'teller') return tellerSearch(api);
  return role === 'operator' ? operatorSearch(api) : customerSearch(api, customerId);
};

/** Searches everywhere at once. A service that does not respond hides its own results only, and is named. */
export const searchAll = async (searchers: readonly Searcher[], text: string): Promise<SearchResult> => {
  const results = await Promise.all(
    searchers.map(({ what, run }) =>
      run(text).then(
        (found) => ({ found, missing: [] }),
        () => ({ found: [], missing: [what] }),
      ),
    ),
  );
  const byLink = new Map(results.flatMap(({ found }) => found).map((one) => [one.link, one]));
  return { found: [...byLink.values()], missing: results.flatMap(({ missing }) => missing) };
};
