/** An event as its owner stores it. */
export type AuditedEvent = Readonly<{
  service: string;
  stream: string;
  revision: number;
  commandId: string;
  at: string;
  type: string;
  data: Readonly<Record<string, unknown>>;
}>;

export const textOf = ({ data }: AuditedEvent, field: string): string => String(data[field]);
export const amountOf = ({ data }: AuditedEvent, field: string): number => Number(data[field] ?? 0);
