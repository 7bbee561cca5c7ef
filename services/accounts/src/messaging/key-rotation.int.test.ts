import { generateKeyPairSync } from 'node:crypto';
import { bankClient, START_WITHIN_MS, startServices, until } from '@bankside/tools';

const pair = () =>
  generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
const [old, next] = [pair(), pair()];

describe('while the key that signs the events of customers is replaced, accounts', () => {
  it.each([
    ['accept messages signed with the old key once both are known', old, [old, next], false],
    ['accept messages signed with the new key while both are known', next, [old, next], false],
    ['accept messages signed with the new key once it alone is known', next, [next], false],
    ['reject messages signed with a key that was replaced too early, and pull the events', next, [old], true],
  ])(
    '%s',
    async (_what, signer, known, rejects) => {
      const services = await startServices(['customers', 'accounts'], {
        EVENT_SIGNING_KEY: signer.privateKey,
        EVENT_PUBLIC_KEYS: `customers=${known.map(({ publicKey }) => publicKey).join('\n')}`,
      });
      const counted = async (line: RegExp): Promise<number> => {
        const text = await (await fetch(`${services.url('accounts')}/metrics`)).text();
        return Number(line.exec(text)?.[1] ?? 0);
      };
      const deliveries = () =>
        counted(/^http_request_duration_seconds_count\{.*\/events\/customers.*\} (\d+)$/m);
      const rejections = () => counted(/^event_deliveries_rejected_total\{.*wrong-signature.*\} (\d+)$/m);
      try {
        const { customerId } = await bankClient(services).register();
        const { status } = await services.api('accounts').post('/accounts', { customerId });
        expect(status).toBe(201);
        await until(async () => expect(await deliveries()).toBeGreaterThan(0), {
          what: 'The delivery',
          timeoutMs: 10_000,
        });
        expect((await rejections()) > 0).toBe(rejects);
      } finally {
        await services.stop();
      }
    },
    START_WITHIN_MS,
  );
});
