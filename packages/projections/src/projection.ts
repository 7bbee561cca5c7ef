import type { ContractEvent, Owner, EventEnvelope } from '@bankside/contracts';
export type EventType = ContractEvent['type'];

/** A published event of one type, with its place in the owner's feed. */
export type ProjectionEvent<Type extends EventType = EventType> = Omit<EventEnvelope, 'type' | 'data'> &
  Extract<ContractEvent, Readonly<{ type: Type }>>;

/** The fields that name something. Which of them an event has depends on its type. */
type Named = Readonly<{
  customerId?: string;
  orderId?: string | undefined;
  accountNumber?: string;
  cardNumber?: string;
  loanNumber?: string;
  sku?: string;
  currency?: string;
}>;
type NamedEvent = Omit<EventEnvelope, 'data'> & Readonly<{ data: Named }>;

/** Adds one event to a document. Must depend on its arguments alone; a throw puts the event aside as one that can't be applied. */
export type Apply<Doc> = Readonly<{
  [Type in EventType]?: (document: Doc, event: ProjectionEvent<Type>) => Doc;
}>;

/**
 * Documents with one value in a field, sorted by another, least first unless `descending`. Each gets an index, so both
 * are fields of the document itself, not inside another one.
 */
export type ListDefinition = Readonly<{
  by: string;
  sort: string;
  descending?: boolean;
  /** The field holds several values, any of which will do. */
  multiValued?: boolean;
  /** What the parameter of the query is called, unless as the field. */
  queryParam?: string;
  /** The value of the field that a query means. */
  normalize?: (asked: string) => string;
}>;

export type StoreKind = 'mongodb' | 'postgres';

/**
 * A materialized view: what its documents are and how events change them. Everything else is the runner's: order, gaps,
 * duplicates, batches, rebuilds.
 *
 * Events of one stream come in order. Events of two streams come in any order, so the document must end the same either way.
 */
export type Projection<Doc extends object = object> = Readonly<{
  /** Part of the address of its queries and of stored names. */
  name: string;
  /** What a list of its documents is called in answers. */
  collectionName: string;
  /** Raise it with every change of what documents are: the view is then built anew beside the old one. */
  version: number;
  store: StoreKind;
  sources: readonly Owner[];
  /** The document that an event of a type in `apply` belongs to; undefined for one that is of no interest. */
  keyOf: (event: NamedEvent) => string | undefined;
  initial: (key: string) => Doc;
  apply: Apply<Doc>;
  /** The document as it is answered; undefined for one of which the essential is not there yet. */
  toResponse?: (document: Doc) => object | undefined;
  lists?: readonly ListDefinition[];
}>;

/** The type of its documents is the view's own business: the runner gives it back only what came from `empty` and `apply`. */
export const defineProjection = <Doc extends object>(definition: Projection<Doc>): Projection =>
  definition as never;

type Step = (document: object, event: EventEnvelope) => object;

/** How an event changes a document of the view; undefined when it does not concern it. */
export const handlerOf = (of: Projection, event: EventEnvelope): Step | undefined =>
  Object.hasOwn(of.apply, event.type) ? (of.apply as Readonly<Record<string, Step>>)[event.type] : undefined;

export const documentKeyOf = (of: Projection, event: EventEnvelope): string | undefined =>
  of.keyOf(event as NamedEvent);

/** @throws Error for a field that the view has no list by, which is a bug */
export const listDefinition = ({ name, lists = [] }: Projection, by: string): ListDefinition => {
  const list = lists.find((one) => one.by === by);
  if (list === undefined) throw new Error(`${name} has no list by ${by}.`);
  return list;
};
