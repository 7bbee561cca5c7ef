import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** Settings of processes that connect to Temporal. */
export const temporalConfig = {
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233').describe('Host and port of the Temporal server'),
  TEMPORAL_NAMESPACE: z.string().default('default').describe('Namespace of the sagas'),
  TEMPORAL_TLS: z.enum(['enabled', 'disabled']).default('disabled').describe('Connect by TLS'),
  TEMPORAL_TLS_FOLDER: z
    .string()
    .optional()
    .describe(
      'Folder with `tls.crt` and `tls.key` for mutual TLS, and `ca.crt` if the certificate of the server has a private issuer',
    ),
  TEMPORAL_API_KEY: z.string().optional().describe('API key, for Temporal Cloud'),
};

type TemporalConfig = Readonly<z.infer<z.ZodObject<typeof temporalConfig>>>;

const tlsFrom = (folder: string) => {
  const [crt, key, ca] = ['tls.crt', 'tls.key', 'ca.crt'].map((name) => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file) : undefined;
  });
  return {
    ...(crt && key && { clientCertPair: { crt, key } }),
    ...(ca && { serverRootCACertificate: ca }),
  };
};

/** Connection options for Temporal's clients and workers. */
export const temporalConnectionOptions = (config: TemporalConfig) => ({
  address: config.TEMPORAL_ADDRESS,
  ...(config.TEMPORAL_TLS === 'enabled' && {
    tls: config.TEMPORAL_TLS_FOLDER === undefined ? {} : tlsFrom(config.TEMPORAL_TLS_FOLDER),
  }),
  ...(config.TEMPORAL_API_KEY !== undefined && { apiKey: config.TEMPORAL_API_KEY }),
});
