import type { z } from 'zod';

/** The published events of one owner: name to the schema of `data`. Readers allow unknown fields; writers send none. */
export type EventSchemas = Readonly<Record<string, z.ZodObject>>;

/** An event of a contract, discriminated by `type`. */
export type EventOf<Schemas extends EventSchemas> = {
  [Type in keyof Schemas & string]: Readonly<{ type: Type; data: z.infer<Schemas[Type]> }>;
}[keyof Schemas & string];
