import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { publicJwk } from '@bankside/auth';
import express from 'express';
import type { Request, Response } from 'express';
import { SignJWT } from 'jose';
import { listen, type Listening } from '../../testing/listen';
import { authenticator } from './authenticate';
import { oidcKeys } from './issuer';

const newKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

describe('tokens of an OpenID Connect issuer', () => {
  let published: KeyObject[] = [];
  let up = true;
  let asked = 0;
  let issuer: Listening;
  let issuerUrl: string;

  beforeAll(async () => {
    const app = express();
    app.use((_req, res, next) => (up ? next() : void res.destroy()));
    app.get('/realm/.well-known/openid-configuration', (_req, res) => {
      res.json({ issuer: issuerUrl, jwks_uri: `${issuer.url}/keys` });
    });
    app.get('/keys', (_req, res) => {
      asked += 1;
      res.json({ keys: published.map((key) => publicJwk(key)) });
    });
    issuer = await listen(app);
    issuerUrl = `${issuer.url}/realm`;
  });
  afterAll(() => issuer.close());
  beforeEach(() => {
    asked = 0;
    up = true;
  });

  const start = () =>
    authenticator(
      [
        {
          issuer: issuerUrl,
          audience: 'bankside',
          keys: oidcKeys(issuerUrl),
          rolesClaim: 'realm_access.roles',
          customerClaim: 'customer_id',
        },
      ],
      () => Date.now(), // The one of the moment: tests put it forward.
    );

  const tokenBy = (key: KeyObject, claims: object = {}): Promise<string> =>
    new SignJWT({ realm_access: { roles: ['customer', 'offline_access'] }, customer_id: 'c1', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: publicJwk(key).kid })
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
  ])('%s are refused', async (_what, claims) => {
    const key = newKey();
    published = [key];
    const token = await new SignJWT({ iss: issuerUrl, aud: 'bankside', exp: 4e9, sub: 'ada', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: publicJwk(key).kid })
      .sign(key);
    await expect(ask(start(), token)).rejects.toMatchObject({ status: 401 });
  });
});
