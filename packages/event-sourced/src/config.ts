import { databaseConfig } from '@bankside/runtime';
import * as z from 'zod';

/** Settings of an event-sourced service. */
export const eventSourcedConfig = {
  ...databaseConfig,
  STATE_STORE: z
    .string()
    .optional()
    .describe('Dapr component of the event store; by default that of the service'),
  EVENT_SIGNING_KEY: z.string().describe('Private Ed25519 key in PEM format that signs published events'),
  TOPIC_PREFIX: z
    .string()
    .default('')
    .describe('Prefix of the topic of the service, on a broker that several installations share'),
  FEED_PARTITIONS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('Partitions of the feed of the service. Fixed when the feed is installed.'),
};
export type EventSourcedConfig = z.infer<z.ZodObject<typeof eventSourcedConfig>>;
