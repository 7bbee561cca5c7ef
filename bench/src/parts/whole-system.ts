import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signIn } from '@bankside/client';
import { startSystem } from '@bankside/tools';
import { bankOf } from './bank';

/** All of it, on data of its own, and a client with what the staff may do. */
export const startWholeSystem = async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bankside-bench-'));
  const { addresses, processes, stop } = await startSystem({ dataDir });
  const gatewayUrl = addresses.gatewayUrl!;
  const api = await signIn({ role: ['teller', 'operator'] }, { gatewayUrl });
  const secrets = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as Readonly<
    Record<string, string>
  >;
  return {
    addresses,
    processes,
    gatewayUrl,
    api,
    bank: bankOf(api),
    /** What the sidecar of a service proves itself with when it calls. */
    appToken: (service: string): string => secrets[`${service}-app-api-token`]!,
    stop: async (): Promise<void> => {
      await api.close();
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
export type WholeSystem = Awaited<ReturnType<typeof startWholeSystem>>;
