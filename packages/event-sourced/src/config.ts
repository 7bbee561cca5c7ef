import { databaseConfig } from '@bankside/runtime';
import { z } from 'zod';

/** Settings of an event-sourced service. */
export const eventSourcedConfig = {
  ...databaseConfig,
  STATE_STORE: z.string().optional(),
  /** Private Ed25519 key in PEM format that signs published events. */
  EVENT_SIGNING_KEY: z.string(),
  /** Partitions of the service's feed. Fixed when the feed is installed. */
  FEED_PARTITIONS: z.coerce.number().int().min(1).max(64).default(1),
};
export type EventSourcedConfig = z.infer<z.ZodObject<typeof eventSourcedConfig>>;
