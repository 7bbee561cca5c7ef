import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kill, without } from './control';
import { leaksIn, secretsIn } from './logs';
import { devToken, gatewayUrl, uniqueMobileNumber, wholeSystem } from './shop';

const { dataDir } = wholeSystem();

const person = () => ({
  name: `Person ${randomUUID().slice(0, 8)}`,
  email: `${randomUUID()}@example.com`,
  mobileNumber: uniqueMobileNumber(),
});
const ada = person();
const grace = person();
const personal = [ada, grace].flatMap((one) => [...Object.values(one), encodeURIComponent(one.name)]);

describe('the logs', () => {
  let teller: Record<string, string>;
  beforeAll(async () => {
    teller = { authorization: `Bearer ${await devToken({ role: 'teller' })}` };
  });

  const get = (path: string, headers = teller) => fetch(`${gatewayUrl()}${path}`, { headers });
  const send = (method: string, path: string, body: unknown) =>
    fetch(`${gatewayUrl()}${path}`, {
      method,
      headers: { ...teller, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const register = (one: object) => send('POST', '/api/customers', one);
  const ask = (via: string) =>
    get(`/api/summary?via=${via}&mobileNumber=${encodeURIComponent(ada.mobileNumber)}`);
  const search = () => get(`/api/customers?name=${encodeURIComponent(ada.name)}`);

  it('contain no token, secret or personal data, whatever fails', async () => {
    const { customerId } = (await (await register(ada)).json()) as { customerId: string };
    const statuses = [
      (await register({ ...grace, mobileNumber: ada.mobileNumber })).status,
      (await register({ ...grace, name: `${grace.name}${'x'.repeat(100)}` })).status,
      (await send('POST', '/api/customers', JSON.stringify(grace).slice(0, -1))).status,
      (await get('/api/products', { authorization: `${teller['authorization']}x` })).status,
    ];
    expect(statuses).toEqual([409, 400, 400, 401]);
    expect([(await ask('gateway')).status, (await search()).status]).toEqual([200, 200]);
    for (const service of ['customers', 'accounts', 'projection', 'composer'])
      await without(service, async () => {
        const responses = await Promise.all([
          register(grace),
          ...['view', 'gateway', 'composer'].map(ask),
          search(),
          send('PATCH', `/api/customers/${customerId}`, { name: grace.name }),
          send('POST', `/api/customers/${customerId}/mobile-number`, { newMobileNumber: grace.mobileNumber }),
        ]);
        expect(responses.map(({ status }) => status)).not.toContain(404);
      });
    for (const part of ['customers', 'projection', 'customers-dapr', 'projection-dapr', 'gateway-dapr']) {
      const killed = kill(part);
      await Promise.all([register(grace), ask('view'), ask('gateway'), search()]);
      await killed;
    }
    expect(leaksIn(dataDir, personal)).toEqual([]);
  });

  it('are searched with patterns that match a token, a secret and a person', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bankside-logs-'));
    mkdirSync(join(folder, 'logs'));
    copyFileSync(join(dataDir, 'secrets.json'), join(folder, 'secrets.json'));
    const lines = [...personal, ...secretsIn(folder), ...Object.values(teller)].map((text) =>
      JSON.stringify({ text }),
    );
    writeFileSync(join(folder, 'logs', 'made-up.log'), lines.join('\n'));
    expect(leaksIn(folder, personal)).toHaveLength(lines.length);
    rmSync(folder, { recursive: true });
  });
});
