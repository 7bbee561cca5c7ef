import type { ContractEvent, EventEnvelope, Owner } from '@bankside/contracts';
import type { SchemaDefinitionProperty } from 'mongoose';

export type EventType = ContractEvent['type'];

/** A published event of one type in its envelope. */
export type ProjectionEvent<Type extends EventType = EventType> = Omit<EventEnvelope, 'type' | 'data'> &
  Extract<ContractEvent, Readonly<{ type: Type }>>;

/** The identifying fields of event data. Which of them an event has depends on its type. */
type Identifiers = Readonly<{
  customerId?: string;
  orderId?: string | undefined;
  accountNumber?: string;
  cardNumber?: string;
  loanNumber?: string;
  transferId?: string | undefined;
  sku?: string;
  currency?: string;
}>;
type IdentifiedEvent = Omit<EventEnvelope, 'data'> & Readonly<{ data: Identifiers }>;

/** Pure handlers by event type. An event whose handler throws becomes a dead letter. */
export type Apply<Doc> = Readonly<{
  [Type in EventType]?: (document: Doc, event: ProjectionEvent<Type>) => Doc;
}>;

/** A query for documents by one field, sorted by another. Both are top-level fields and share an index. */
export type ListDefinition = Readonly<{
  by: string;
  sort: string;
  descending?: boolean;
  /** Whether `by` is an array; a query matches any of its values. */
  multiValued?: boolean;
  /** Name of the query parameter; `by` by default. */
  queryParam?: string;
  /** The value that staff list without the parameter: every document that the list of all shall have has it. */
  valueOfAll?: string;
  /** Turns a query parameter into the stored form of the field. */
  normalize?: (value: string) => string;
  /** Whether a query may name it beside another list, whose pages it then narrows. */
  narrows?: boolean;
}>;

/** The type of every field of a document, as Mongoose declares it. */
type DocumentSchema<Doc> = Readonly<{ [Field in keyof Doc]-?: SchemaDefinitionProperty }>;

export type StoreKind = 'mongodb' | 'postgres';

/**
 * A materialized view, as a pure fold of events into documents.
 *
 * Events of one stream arrive in order; events of two streams arrive in any order, and the document must end the same.
 */
export type Projection<Doc extends object = object> = Readonly<{
  /** Part of the path of its queries and of stored names. */
  name: string;
  /** Field that holds the documents in a list response. */
  collectionName: string;
  /** Raise it whenever the same events produce other documents: the projection is then rebuilt beside the old one. */
  version: number;
  store: StoreKind;
  /** Required for a projection in MongoDB, which stores no field that it lacks. */
  schema?: DocumentSchema<Doc>;
  sources: readonly Owner[];
  /** Key of the document that an event changes; undefined for an event to ignore. */
  keyOf: (event: IdentifiedEvent) => string | undefined;
  initial: (key: string) => Doc;
  apply: Apply<Doc>;
  /** The document as returned by queries; undefined while it lacks essentials, which queries report as 404. */
  toResponse?: (document: Doc) => object | undefined;
  lists?: readonly ListDefinition[];
}>;

/** Type-checks a projection against its document type, and erases that type for the runtime. */
export const defineProjection = <Doc extends object>(definition: Projection<Doc>): Projection =>
  definition as never;

/** One build of a projection. A rebuild creates the next one beside it. */
export type ProjectionVersion = Readonly<{ projection: Projection; number: number }>;

/** Names its table or collection, and the lease of its only writer: `statement.3`. */
export const versionName = ({ projection, number }: ProjectionVersion): string =>
  `${projection.name}.${number}`;

type Handler = (document: object, event: EventEnvelope) => object;

export const handlerOf = ({ apply }: Projection, { type }: EventEnvelope): Handler | undefined =>
  Object.hasOwn(apply, type) ? (apply as Readonly<Record<string, Handler>>)[type] : undefined;

export const documentKeyOf = ({ keyOf }: Projection, event: EventEnvelope): string | undefined =>
  keyOf(event as IdentifiedEvent);

/** @throws Error for a field without a list definition, which is a bug */
export const listDefinition = ({ name, lists = [] }: Projection, by: string): ListDefinition => {
  const list = lists.find((one) => one.by === by);
  if (list === undefined) throw new Error(`${name} has no list by ${by}.`);
  return list;
};
