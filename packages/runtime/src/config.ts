import { allowedCalls } from '@bankside/auth';
import type { SidecarOptions } from '@bankside/dapr';
import { KEEP_ALIVE_S } from '@bankside/http';
import * as z from 'zod';

/** Parses environment variables. @throws Error that names each variable that is missing or invalid */
export const readConfig = <Shape extends z.ZodRawShape>(
  env: NodeJS.ProcessEnv,
  shape: Shape,
): z.infer<z.ZodObject<Shape>> => {
  const parsed = z.object(shape).safeParse(env);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`Configuration by environment variables: ${problems.join('; ')}`);
};

export const port = z.coerce.number().int().min(1).max(65_535);

/** Settings of every process. */
export const processConfig = {
  HOST: z.string().default('0.0.0.0').describe('Address that the process listens on'),
  PORT: port.default(3000).describe('Port that the process listens on'),
  KEEP_ALIVE_SECONDS: z.coerce
    .number()
    .int()
    .min(95)
    .default(KEEP_ALIVE_S)
    .describe(
      'How long an idle connection is kept: longer than any client and load balancer keeps it. A sidecar keeps it for 90 s.',
    ),
  DAPR_HTTP_PORT: port.default(3500).describe('HTTP port of the sidecar'),
  DAPR_API_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe(
      'Token that the sidecar requires of its callers. Without it any process that reaches its port may use it.',
    ),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('Lowest level that is logged'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url()
    .optional()
    .describe(
      'Base URL of a receiver of traces by OTLP/HTTP, such as `http://collector:4318`. Without it no spans are made.',
    ),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('Ratio of the traces that are recorded, between 0 and 1'),
};
export type ProcessConfig = Readonly<z.infer<z.ZodObject<typeof processConfig>>>;

/** The address of this process's sidecar, and the token for it. */
export const sidecarConfig = ({
  DAPR_HTTP_PORT,
  DAPR_API_TOKEN,
}: Pick<ProcessConfig, 'DAPR_HTTP_PORT' | 'DAPR_API_TOKEN'>): SidecarOptions => ({
  sidecarUrl: `http://127.0.0.1:${DAPR_HTTP_PORT}`,
  ...(DAPR_API_TOKEN !== undefined && { apiToken: DAPR_API_TOKEN }),
});

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('is not JSON');
    return z.NEVER;
  }
});

/** Settings of every service behind the gateway. */
export const serviceConfig = {
  ...processConfig,
  ACTOR_PUBLIC_KEYS: z
    .string()
    .optional()
    .describe(
      'Public keys or certificates in PEM format: an actor token signed by one of these keys proves who the actor is',
    ),
  APP_API_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe(
      'Token that the sidecar sends with its calls. Without it any process that reaches the port may call.',
    ),
  ALLOWED_CALLS: json
    .pipe(allowedCalls)
    .optional()
    .describe(
      'Calls that the service accepts from others, as JSON: operations by caller, in `calls` with the token of an actor and in `systemCalls` without. Without it every service may make every call.',
    ),
  FAULTS: z
    .enum(['enabled', 'disabled'])
    .default('disabled')
    .describe('Enables fault injection. Not for production.'),
};
export type ServiceConfig = Readonly<z.infer<z.ZodObject<typeof serviceConfig>>>;

/** Parses `orders=<PEM>;accounts=<PEM>`. */
const pemsBySource = z.string().transform((text) =>
  Object.fromEntries(
    text
      .split(';')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '')
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)] as const),
  ),
);

/** Settings of every service that consumes events. */
const consumerConfig = {
  EVENT_PUBLIC_KEYS: pemsBySource
    .default({})
    .describe(
      'Public Ed25519 keys or certificates that verify delivered events: `<source>=<PEM>` separated by semicolons, with two PEM blocks during rotation. Deliveries of a source without a key are dropped, and its events are pulled.',
    ),
};

/** Settings of every service with a database. */
export const databaseConfig = {
  ...serviceConfig,
  ...consumerConfig,
  DATABASE_URL: z.url().describe('Database of the service, with the role that owns nothing in it'),
  PUBSUB: z.string().default('pubsub').describe('Dapr component of the broker'),
  FINGERPRINT_KEY: z
    .string()
    .min(16)
    .optional()
    .describe(
      'HMAC key of request fingerprints. Without it a reader of the database can guess what was requested.',
    ),
};
