import type { SidecarOptions } from '@bankside/dapr';
import { z } from 'zod';

/** Environment variables by a schema. @throws Error that names each variable that is missing or wrong */
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

/** What every process is told. */
export const processConfig = {
  HOST: z.string().default('0.0.0.0'),
  PORT: port.default(3000),
  DAPR_HTTP_PORT: port.default(3500),
  /** What the sidecar asks of its callers. Without it whoever reaches its port may use it. */
  DAPR_API_TOKEN: z.string().min(16).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
};

/** The sidecar of this process, and how to prove that it is ours. */
export const ownSidecar = ({
  DAPR_HTTP_PORT,
  DAPR_API_TOKEN,
}: Readonly<{ DAPR_HTTP_PORT: number; DAPR_API_TOKEN?: string | undefined }>): SidecarOptions => ({
  sidecarUrl: `http://127.0.0.1:${DAPR_HTTP_PORT}`,
  ...(DAPR_API_TOKEN !== undefined && { apiToken: DAPR_API_TOKEN }),
});

const names = z.string().transform((text) => text.split(',').filter((name) => name !== ''));

/** What every service behind the gateway is told. */
export const serviceConfig = {
  ...processConfig,
  /** Keys or certificates in PEM format: whoever bears a token of one of them is who it says. */
  ACTOR_PUBLIC_KEYS: z.string().optional(),
  /** What the sidecar proves itself with when it calls. Without it whoever reaches the port may call. */
  APP_API_TOKEN: z.string().min(16).optional(),
  APP_ID: z.string().default(''),
  /** App-ids, with commas between them: who may call, and who may read the feed. Without the first everybody may. */
  CALLERS: names.optional(),
  FEED_READERS: names.default([]),
  /** Switches that make the service go wrong on purpose. Not for production. */
  FAULTS: z.enum(['enabled', 'disabled']).default('disabled'),
};

/** What a service with a database of its own is told in addition. */
export const databaseConfig = {
  ...serviceConfig,
  DATABASE_URL: z.url(),
  PUBSUB: z.string().default('pubsub'),
  /** Keys the digests of requests. Without it who reads the database can guess what was asked. */
  FINGERPRINT_KEY: z.string().min(16).optional(),
};
