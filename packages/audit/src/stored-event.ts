/** An event as its owner stores it. */
export type StoredEvent = Readonly<{
  service: string;
  stream: string;
  revision: number;
  commandId: string;
  type: string;
  data: Readonly<Record<string, unknown>>;
}>;

export const text = ({ data }: StoredEvent, field: string): string => String(data[field]);
export const amount = ({ data }: StoredEvent, field: string): number => Number(data[field] ?? 0);
