import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signIn } from '@bankside/client';
import { ACTOR_HEADER, actorSigner } from '@bankside/auth';
import { startSystem } from '@bankside/tools';
import { bankOf } from './bank';
import { httpClient } from './http';

const STAFF = ['teller', 'operator'] as const;

/** All of it, on data of its own, and clients with what the staff may do: by the front door, and past it. */
export const startWholeSystem = async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bankside-bench-'));
  const { addresses, processes, stop } = await startSystem({ dataDir });
  const gatewayUrl = addresses.gatewayUrl!;
  const api = await signIn({ role: STAFF }, { gatewayUrl });
  const secrets = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as Readonly<
    Record<string, string>
  >;
  const sign = actorSigner(secrets['actor-key']!);
  const trusted = (daprApiToken: string) => async () => ({
    'dapr-api-token': daprApiToken,
    [ACTOR_HEADER]: await sign({ subject: 'benchmark', roles: STAFF }),
  });

  const bearer = async (): Promise<string> => {
    const answer = await fetch(`${gatewayUrl}/api/dev/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ role: STAFF }),
    });
    return ((await answer.json()) as Readonly<{ token: string }>).token;
  };

  return {
    addresses,
    processes,
    api,
    bank: bankOf(api),
    /** As everybody calls. */
    atGateway: async () => {
      const authorization = `Bearer ${await bearer()}`;
      return httpClient(gatewayUrl, () => Promise.resolve({ authorization }));
    },
    /** As the gateway calls: its sidecar, which calls that of the service. */
    throughSidecars: () => {
      const { daprUrl, daprApiToken } = addresses.services['gateway']!;
      return httpClient(daprUrl, trusted(daprApiToken));
    },
    /** As the own sidecar of a service calls it, with what only that knows. */
    atService: (name: string) =>
      httpClient(addresses.services[name]!.url, trusted(secrets[`${name}-app-api-token`]!)),
    stop: async (): Promise<void> => {
      await api.close();
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
export type WholeSystem = Awaited<ReturnType<typeof startWholeSystem>>;
