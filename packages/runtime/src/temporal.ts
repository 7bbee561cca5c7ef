import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What a process that talks to Temporal is told. */
export const temporalConfig = {
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TEMPORAL_TLS: z.enum(['enabled', 'disabled']).default('disabled'),
  /** Holds `tls.crt` and `tls.key` when the server asks who calls, `ca.crt` when the system does not know its issuer. */
  TEMPORAL_TLS_FOLDER: z.string().optional(),
  TEMPORAL_API_KEY: z.string().optional(),
};

type Told = Readonly<z.infer<z.ZodObject<typeof temporalConfig>>>;

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

/** Where Temporal is and how it is reached, as its clients and workers take it. */
export const temporalConnectionOptions = (told: Told) => ({
  address: told.TEMPORAL_ADDRESS,
  ...(told.TEMPORAL_TLS === 'enabled' && {
    tls: told.TEMPORAL_TLS_FOLDER === undefined ? {} : tlsFrom(told.TEMPORAL_TLS_FOLDER),
  }),
  ...(told.TEMPORAL_API_KEY !== undefined && { apiKey: told.TEMPORAL_API_KEY }),
});
