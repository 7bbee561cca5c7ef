import * as z from 'zod';
import { contracts } from '../contracts';

export type Json = Record<string, unknown>;

/** The JSON Schema of the `data` of one published event. */
export const eventSchema = (type: string, schema: z.ZodObject): Json => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return { $schema, $id: `${type}.json`, title: type, ...rest };
};

/** The JSON Schemas of all published events, by type. */
export const eventSchemas = (): Readonly<Record<string, Json>> =>
  Object.fromEntries(
    Object.values(contracts).flatMap((schemas) =>
      Object.entries<z.ZodObject>(schemas).map(([type, schema]) => [type, eventSchema(type, schema)]),
    ),
  );
