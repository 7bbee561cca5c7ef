import * as z from 'zod';

/** The published events of one owner: name to the schema of `data`. Readers allow unknown fields; writers send none. */
export type EventSchemas = Readonly<Record<string, z.ZodObject>>;

/** An event of a contract, discriminated by `type`. */
export type EventOf<Schemas extends EventSchemas> = {
  [Type in keyof Schemas & string]: Readonly<{ type: Type; data: z.infer<Schemas[Type]> }>;
}[keyof Schemas & string];

/** The schema of the `data` of one published event, with a description and an example. */
export const event = <Shape extends z.ZodRawShape>(
  description: string,
  shape: Shape,
  example: z.input<z.ZodObject<Shape>>,
): z.ZodObject<Shape> => z.object(shape).meta({ description, examples: [example] });

/** Values shared by the examples of all contracts, so that the examples are consistent with each other. */
export const sample = {
  customerId: '3f0c7a52-58a5-8b7e-9d5c-0c1f6a1b2c3d',
  orderId: '8a7e1c9c-0d1e-8f3a-b1c2-d3e4f5a6b7c8',
  operationId: '6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11',
  accountNumber: '1000000017',
  cardNumber: '400000000006',
  loanNumber: '2000000019',
  sku: 'cd-1495',
  currency: 'EUR',
} as const;
