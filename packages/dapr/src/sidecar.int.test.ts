import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSidecar, type TestSidecar } from '@bankside/tools';
import { Outage } from './outage';
import { sidecar as sidecarOf } from './sidecar';

const STORE = 'secrets';
/** Those of the charts for a service that reads a secret and does nothing else. */
const APIS = ['secrets', 'metadata'];

let folder: string;
let running: TestSidecar;
let sidecar: ReturnType<typeof sidecarOf>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bankside-secrets-'));
  const secretsFile = join(folder, 'secrets.json');
  writeFileSync(secretsFile, JSON.stringify({ password: 'pä$$"word' }));
  const metadata = [{ name: 'secretsFile', value: secretsFile }];
  const store = {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Component',
    metadata: { name: STORE },
    spec: { type: 'secretstores.local.file', version: 'v1', metadata },
  };
  running = await startSidecar({ appId: 'dapr-secret-test', resources: [store], apis: APIS });
  sidecar = sidecarOf({ sidecarUrl: running.httpUrl });
});

afterAll(async () => {
  await sidecar.close();
  await running.stop();
  rmSync(folder, { recursive: true });
});

describe('the sidecar', () => {
  it('returns a secret', async () => {
    expect(await sidecar.secret(STORE, 'password')).toBe('pä$$"word');
  });

  it('serves no API that is not allowed', async () => {
    const { status } = await fetch(`${running.httpUrl}/v1.0/state/no-store/key`);
    expect(status).toBe(404); // Where the API is allowed, 500: there is no such store.
  });

  it('throws an Outage for a secret or a store that does not exist', async () => {
    await expect(sidecar.secret(STORE, 'nothing')).rejects.toThrow(Outage);
    await expect(sidecar.secret('nowhere', 'password')).rejects.toThrow(Outage);
  });

  it('is ready while it runs, and not ready at once without a sidecar', async () => {
    expect(await sidecar.ready()).toBe(true);
    const missing = sidecarOf({ sidecarUrl: 'http://127.0.0.1:1' });
    expect(await missing.ready()).toBe(false);
    await missing.close();
  });
});
