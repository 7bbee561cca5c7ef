import { createHash, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import express from 'express';
import type { Request, Response } from 'express';
import { SignJWT } from 'jose';
import { listen, type Listening } from '../../testing/listen';
import { authenticator } from './authenticate';
import { oidcKeys, tokenAlgorithms, type TokenAlgorithm } from './issuer';

const newKey = (modulusLength = 2048): KeyObject => generateKeyPairSync('rsa', { modulusLength }).privateKey;
const keyFor = (algorithm: string): KeyObject => {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519').privateKey;
  return newKey();
};

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
/** A token that `jose` would not make: signed with a key that is too weak for it. */
const signedByHand = (key: KeyObject, header: object, claims: object): string => {
  const signed = `${encoded(header)}.${encoded(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
};

/** Without `alg`, as many issuers publish keys, so that the header of a token names the algorithm. */
const jwkOf = (key: KeyObject) => {
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  return { ...jwk, kid: createHash('sha256').update(JSON.stringify(jwk)).digest('base64url'), use: 'sig' };
};

describe('tokens of an OpenID Connect issuer', () => {
  let published: KeyObject[] = [];
  let up = true;
  let documentIssuer: string | undefined;
  let asked = 0;
  let issuer: Listening;
  let issuerUrl: string;

  beforeAll(async () => {
    const app = express();
    app.use((_req, res, next) => (up ? next() : void res.destroy()));
    app.get('/realm/.well-known/openid-configuration', (_req, res) => {
      res.json({ issuer: documentIssuer ?? issuerUrl, jwks_uri: `${issuer.url}/keys` });
    });
    app.get('/keys', (_req, res) => {
      asked += 1;
      res.json({ keys: published.map((key) => jwkOf(key)) });
    });
    issuer = await listen(app);
    issuerUrl = `${issuer.url}/realm`;
  });
  afterAll(() => issuer.close());
  beforeEach(() => {
    asked = 0;
    up = true;
    documentIssuer = undefined;
  });

  const start = (options: Readonly<{ algorithms?: readonly TokenAlgorithm[]; rolesClaim?: string }> = {}) =>
    authenticator(
      [
        {
          issuer: issuerUrl,
          audience: 'bankside',
          keys: oidcKeys(issuerUrl),
          algorithms: tokenAlgorithms,
          rolesClaim: 'realm_access.roles',
          customerClaim: 'customer_id',
          ...options,
        },
      ],
      () => Date.now(), // The one of the moment: tests put it forward.
    );

  const tokenBy = (key: KeyObject, claims: object = {}, header: object = {}): Promise<string> =>
    new SignJWT({ realm_access: { roles: ['customer', 'offline_access'] }, customer_id: 'c1', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: jwkOf(key).kid, ...header })
      .setSubject('ada')
      .setIssuer(issuerUrl)
      .setAudience('bankside')
      .setExpirationTime((claims as { exp?: number }).exp ?? '5m')
      .sign(key);

  const ask = (authenticate: ReturnType<typeof start>, token: string) => {
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    const req = { get: (name: string) => headers[name] } as unknown as Request;
    return authenticate(req, { set: () => undefined } as unknown as Response);
  };

  it('identify the actor by the configured claims, without roles of other systems', async () => {
    const key = newKey();
    published = [key];
    expect(await ask(start(), await tokenBy(key))).toEqual({
      subject: 'ada',
      roles: ['customer'],
      customerId: 'c1',
    });
  });

  it('are valid if any published key signed them, also a later one', async () => {
    const [old, next] = [newKey(), newKey()];
    published = [old];
    const authenticate = start();
    await ask(authenticate, await tokenBy(old));
    published = [old, next];
    jest.useFakeTimers({ now: Date.now() + 6_000, doNotFake: ['nextTick', 'setImmediate', 'setTimeout'] });
    expect(await ask(authenticate, await tokenBy(next))).toMatchObject({ subject: 'ada' });
    jest.useRealTimers();
    expect(asked).toBe(2);
  });

  it('of a revoked key are rejected after a while, also cached ones', async () => {
    const [old, next] = [newKey(), newKey()];
    published = [old];
    const authenticate = start();
    const token = await tokenBy(old, { exp: Math.floor(Date.now() / 1_000) + 7_200 });
    await ask(authenticate, token);
    published = [next];
    expect(await ask(authenticate, token)).toMatchObject({ subject: 'ada' });
    jest.useFakeTimers({ now: Date.now() + 601_000, doNotFake: ['nextTick', 'setImmediate', 'setTimeout'] });
    await expect(ask(authenticate, token)).rejects.toMatchObject({ status: 401 });
    jest.useRealTimers();
  });

  it('of unknown keys do not make the gateway fetch keys repeatedly', async () => {
    published = [newKey()];
    const authenticate = start();
    const madeUp = await tokenBy(newKey());
    for (let count = 0; count < 5; count += 1)
      await expect(ask(authenticate, madeUp)).rejects.toMatchObject({ status: 401 });
    expect(asked).toBe(1);
  });

  it('get 503 while the issuer does not respond, and are verified afterwards', async () => {
    const key = newKey();
    published = [key];
    const authenticate = start();
    const token = await tokenBy(key);
    up = false;
    await expect(ask(authenticate, token)).rejects.toMatchObject({ name: 'Outage' });
    up = true;
    expect(await ask(authenticate, token)).toMatchObject({ subject: 'ada' });
  });

  it('that are cached stay valid while the issuer does not respond', async () => {
    const key = newKey();
    published = [key];
    const authenticate = start();
    const token = await tokenBy(key);
    await ask(authenticate, token);
    up = false;
    expect(await ask(authenticate, token)).toMatchObject({ subject: 'ada' });
  });

  it.each([
    ['for another audience', { aud: 'others' }],
    ['of another issuer', { iss: 'https://example.com' }],
    ['that have ended', { exp: 1 }],
  ])('%s are rejected', async (_what, claims) => {
    const key = newKey();
    published = [key];
    const token = await new SignJWT({ iss: issuerUrl, aud: 'bankside', exp: 4e9, sub: 'ada', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: jwkOf(key).kid })
      .sign(key);
    await expect(ask(start(), token)).rejects.toMatchObject({ status: 401 });
  });

  it.each(tokenAlgorithms)(
    'may be signed with %s, unless the configuration leaves it out',
    async (algorithm) => {
      const key = keyFor(algorithm);
      published = [key];
      const token = await tokenBy(key, {}, { alg: algorithm });
      expect(await ask(start(), token)).toMatchObject({ subject: 'ada' });
      const others = tokenAlgorithms.filter((other) => other !== algorithm);
      await expect(ask(start({ algorithms: others }), token)).rejects.toMatchObject({ status: 401 });
    },
  );

  it('identify roles by a claim whose name has dots', async () => {
    const key = newKey();
    published = [key];
    const rolesClaim = 'https://bank.example/roles';
    const token = await tokenBy(key, { [rolesClaim]: ['teller'] });
    expect(await ask(start({ rolesClaim }), token)).toMatchObject({ roles: ['teller'] });
  });

  it.each(['at+jwt', 'application/at+jwt', 'JWT'])('of the type %s are accepted', async (typ) => {
    const key = newKey();
    published = [key];
    expect(await ask(start(), await tokenBy(key, {}, { typ }))).toMatchObject({ subject: 'ada' });
  });

  it.each([
    ['of the type logout+jwt', {}, { typ: 'logout+jwt' }],
    ['of the type secevent+jwt', {}, { typ: 'secevent+jwt' }],
    ['with a nonce, as ID tokens have', { nonce: 'n' }, {}],
    ['with the hash of an access token, as ID tokens have', { at_hash: 'h' }, {}],
    ['with events, as logout tokens have', { events: {} }, {}],
    ['that Keycloak marks as ID tokens', { typ: 'ID' }, {}],
    ['that Keycloak marks as refresh tokens', { typ: 'Refresh' }, {}],
    ['that Cognito marks as ID tokens', { token_use: 'id' }, {}],
  ])('%s are rejected', async (_what, claims, header) => {
    const key = newKey();
    published = [key];
    await expect(ask(start(), await tokenBy(key, claims, header))).rejects.toMatchObject({ status: 401 });
  });

  it('of a published key that is too weak are rejected with 401', async () => {
    const weak = newKey(1024);
    published = [weak];
    const claims = {
      iss: issuerUrl,
      aud: 'bankside',
      exp: 4e9,
      sub: 'ada',
      realm_access: { roles: ['teller'] },
    };
    const token = signedByHand(weak, { alg: 'RS256', kid: jwkOf(weak).kid }, claims);
    await expect(ask(start(), token)).rejects.toMatchObject({ status: 401 });
  });

  it('of a published key that the algorithm cannot use are rejected with 401', async () => {
    const key = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;
    published = [key];
    const claims = { iss: issuerUrl, aud: 'bankside', exp: 4e9, sub: 'ada' };
    const token = signedByHand(key, { alg: 'ES256', kid: jwkOf(key).kid }, claims);
    await expect(ask(start(), token)).rejects.toMatchObject({ status: 401 });
  });

  it('are not verified with the keys of a discovery document that names another issuer', async () => {
    const key = newKey();
    published = [key];
    documentIssuer = 'https://another.example';
    await expect(ask(start(), await tokenBy(key))).rejects.toMatchObject({
      name: 'Outage',
      cause: { message: expect.stringContaining('is the document of https://another.example') as string },
    });
  });
});
