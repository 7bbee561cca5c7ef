import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { temporalConfig, temporalConnectionOptions } from './temporal';

const serverOf = (env: Record<string, string>) =>
  temporalConnectionOptions(z.object(temporalConfig).parse(env));

describe('the connection to Temporal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bankside-temporal-tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is unencrypted by default', () => {
    expect(serverOf({})).toEqual({ address: '127.0.0.1:7233' });
  });

  it('is encrypted and sends the API key, when configured', () => {
    expect(
      serverOf({ TEMPORAL_ADDRESS: 'cloud:7233', TEMPORAL_TLS: 'enabled', TEMPORAL_API_KEY: 'key' }),
    ).toEqual({ address: 'cloud:7233', tls: {}, apiKey: 'key' });
  });

  it('presents a client certificate and trusts the configured issuer', () => {
    for (const name of ['tls.crt', 'tls.key']) writeFileSync(join(folder, name), name);
    const env = { TEMPORAL_TLS: 'enabled', TEMPORAL_TLS_FOLDER: folder };
    const clientCertPair = { crt: Buffer.from('tls.crt'), key: Buffer.from('tls.key') };
    expect(serverOf(env).tls).toEqual({ clientCertPair });
    writeFileSync(join(folder, 'ca.crt'), 'ca.crt');
    expect(serverOf(env).tls).toEqual({ clientCertPair, serverRootCACertificate: Buffer.from('ca.crt') });
  });
});
