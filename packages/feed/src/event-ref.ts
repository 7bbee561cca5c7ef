/** Where an event is in the feed of its owner. */
export type EventRef = Readonly<{ source: string; partition: number; position: number }>;

/** The parameters of `unnest($1::text[], $2::int[], $3::bigint[])`. */
export const columnsOf = (events: readonly EventRef[]): unknown[] => [
  events.map(({ source }) => source),
  events.map(({ partition }) => partition),
  events.map(({ position }) => position),
];
