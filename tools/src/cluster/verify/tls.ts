import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const DAYS = '2';

type Certificate = Readonly<{ crt: string; key: string }>;

export type Certificates = Readonly<{ ca: string; server: Certificate; client: Certificate }>;

/** A certificate authority with one certificate for servers of these names, and one for clients; made by OpenSSL. */
export const newCertificates = async (names: readonly string[]): Promise<Certificates> => {
  const folder = mkdtempSync(join(tmpdir(), 'bankside-certificates-'));
  const at = (name: string): string => join(folder, name);
  const read = (name: string): string => readFileSync(at(name), 'utf8');
  const openssl = (...args: readonly string[]): Promise<unknown> => run('openssl', [...args]);
  const newKey = (name: string): readonly string[] => [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    at(`${name}.key`),
  ];
  const sign = async (name: string, extension: string): Promise<Certificate> => {
    writeFileSync(at(`${name}.ext`), extension);
    await openssl('req', ...newKey(name), '-out', at(`${name}.csr`), '-subj', `/CN=${name}`);
    const issuer = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', DAYS];
    const files = ['-in', at(`${name}.csr`), '-extfile', at(`${name}.ext`), '-out', at(`${name}.crt`)];
    await openssl('x509', '-req', ...issuer, ...files);
    return { crt: read(`${name}.crt`), key: read(`${name}.key`) };
  };
  try {
    const subject = ['-days', DAYS, '-subj', '/CN=bankside verification'];
    await openssl('req', '-x509', ...newKey('ca'), '-out', at('ca.crt'), ...subject);
    const server = await sign(
      'server',
      `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}\nextendedKeyUsage=serverAuth`,
    );
    const client = await sign('client', 'extendedKeyUsage=clientAuth');
    return { ca: read('ca.crt'), server, client };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
