import type { Role } from './roles';
import { linkTo } from './route';

type Place = readonly [path: readonly string[], query?: Readonly<Record<string, string>>];
type PlaceOf = (id: string) => Place;

const stream =
  (service: string, kind: string): PlaceOf =>
  (id) => [['operator', 'streams', service, `${kind}-${id}`]];

/** Where each role finds a thing by its id. A role without an entry sees the id as text. */
const PLACES = {
  customer: {
    teller: (id) => [['teller', 'customers', id]],
    operator: (id) => [['operator', 'documents', 'customer-profile', id]],
  },
  account: {
    customer: (id) => [['customer', 'statement'], { number: id }],
    teller: (id) => [['teller', 'accounts', id]],
    operator: stream('accounts', 'account'),
  },
  card: {
    customer: (id) => [['customer', 'statement'], { number: id }],
    teller: (id) => [['teller', 'cards', id]],
    operator: stream('cards', 'card'),
  },
  loan: { teller: (id) => [['teller', 'loans', id]], operator: stream('loans', 'loan') },
  order: {
    customer: (id) => [['customer', 'orders', id]],
    teller: (id) => [['teller', 'orders', id]],
    operator: (id) => [['operator', 'orders', id]],
  },
  transfer: {
    customer: (id) => [['customer', 'transfers', id]],
    teller: (id) => [['teller', 'transfers', id]],
    operator: (id) => [['operator', 'sagas', id]],
  },
  payment: { operator: stream('payments', 'payment') },
  product: {
    customer: (id) => [['customer', 'shop'], { sku: id }],
    teller: (id) => [['teller', 'products'], { sku: id }],
    operator: stream('inventory', 'product'),
  },
  saga: { operator: (id) => [['operator', 'sagas', id]] },
  story: {
    customer: (id) => [['customer', 'stories', id]],
    teller: (id) => [['teller', 'stories', id]],
    operator: (id) => [['operator', 'stories', id]],
  },
} as const satisfies Readonly<Record<string, Partial<Readonly<Record<Role, PlaceOf>>>>>;

export type ThingKind = keyof typeof PLACES;

/** The link to a thing for a user in a role; undefined where the role has no page of it. */
export const linkOf = (kind: ThingKind, id: string, role: Role): string | undefined => {
  const place = (PLACES[kind] as Partial<Readonly<Record<Role, PlaceOf>>>)[role];
  return place && linkTo(...place(id));
};

/** The link to a stream, as of a revision. */
export const streamLink = (service: string, name: string, revision?: number): string =>
  linkTo(['operator', 'streams', service, name], { revision });

/** The kinds that fields of events and commands hold the ids of. */
const KIND_OF_FIELD: Readonly<Record<string, ThingKind>> = {
  customerId: 'customer',
  accountNumber: 'account',
  fromAccount: 'account',
  toAccount: 'account',
  payOutTo: 'account',
  counterparty: 'account',
  account: 'account',
  cardNumber: 'card',
  card: 'card',
  loanNumber: 'loan',
  orderId: 'order',
  sku: 'product',
  transferId: 'transfer',
  returnId: 'saga',
  repaymentId: 'saga',
  sagaId: 'saga',
  paymentId: 'saga',
  changeId: 'saga',
  correlationId: 'story',
  correlationid: 'story',
};

/** The kind of thing whose id a field holds. */
export const kindOfField = (field: string): ThingKind | undefined =>
  Object.hasOwn(KIND_OF_FIELD, field) ? KIND_OF_FIELD[field] : undefined;
