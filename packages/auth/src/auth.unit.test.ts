import { generateKeyPairSync } from 'node:crypto';
import type { Request, Response } from 'express';
import { calculateJwkThumbprint } from 'jose';
import {
  actorSchema,
  actorOf,
  customerScope,
  customerScopeOf,
  operatorOnly,
  requireOwner,
  staffOnly,
  tellerOnly,
  setActor,
  type Actor,
} from './actor';
import { actorSigner, actorVerifier } from './actor-token';
import { publicJwk } from './keys';

const pair = (type: 'ed25519' | 'rsa') => {
  const { privateKey, publicKey } =
    type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};
const keys = pair('ed25519');
const ada: Actor = { subject: 'ada', roles: ['customer'], customerId: 'c1' };
const teller: Actor = { subject: 'tim', roles: ['teller'] };
const start = Date.parse('2026-01-01T00:00:00Z');

describe('the key id', () => {
  it('is the JWK thumbprint of RFC 7638', async () => {
    for (const type of ['ed25519', 'rsa'] as const) {
      const { kid, ...jwk } = publicJwk(pair(type).publicKey);
      expect(kid).toBe(await calculateJwkThumbprint(jwk));
    }
  });
});

describe('an actor token', () => {
  it.each(['ed25519', 'rsa'] as const)('carries the actor, signed with a key of type %s', async (type) => {
    const { privateKey, publicKey } = pair(type);
    const sign = actorSigner(privateKey);
    const verify = actorVerifier(publicKey, 'accounts');
    expect(await verify(await sign(ada, 'accounts'))).toEqual(ada);
    expect(await verify(await sign(teller, 'accounts'))).toEqual(teller);
  });

  it('is valid for each of several keys, and invalid for any other key', async () => {
    const [old, other] = [pair('ed25519'), pair('ed25519')];
    const verify = actorVerifier(old.publicKey + keys.publicKey, 'accounts');
    for (const { privateKey } of [old, keys])
      expect(await verify(await actorSigner(privateKey)(ada, 'accounts'))).toEqual(ada);
    await expect(verify(await actorSigner(other.privateKey)(ada, 'accounts'))).rejects.toThrow(
      'no applicable key',
    );
  });

  it('expires after two minutes, even in the cache of a verifier', async () => {
    let now = start;
    const sign = actorSigner(keys.privateKey, () => now);
    const verify = actorVerifier(keys.publicKey, 'accounts', () => now);
    const token = await sign(ada, 'accounts');
    now = start + 119_000;
    expect(await verify(token)).toEqual(ada);
    now = start + 121_000;
    await expect(verify(token)).rejects.toThrow('"exp" claim');
  });

  it('is reused for a minute and then signed again', async () => {
    let now = start;
    const sign = actorSigner(keys.privateKey, () => now);
    const first = await sign(ada, 'accounts');
    now = start + 59_000;
    expect(await sign(ada, 'accounts')).toBe(first);
    now = start + 61_000;
    expect(await sign(ada, 'accounts')).not.toBe(first);
  });

  it('is valid at the service that it was signed for only, and cached for that one', async () => {
    const sign = actorSigner(keys.privateKey);
    const token = await sign(ada, 'accounts');
    expect(await sign(ada, 'cards')).not.toBe(token);
    expect(await actorVerifier(keys.publicKey, 'accounts')(token)).toEqual(ada);
    for (const service of ['cards', 'account', 'services', ''])
      await expect(actorVerifier(keys.publicKey, service)(token)).rejects.toThrow('"aud" claim');
  });

  it('is invalid when a claim was changed', async () => {
    const token = await actorSigner(keys.privateKey)(ada, 'accounts');
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, customerId: 'c2' })).toString('base64url');
    const verify = actorVerifier(keys.publicKey, 'accounts');
    await expect(verify([header, forged, signature].join('.'))).rejects.toThrow(
      'signature verification failed',
    );
  });
});

describe('the subject of an actor', () => {
  it.each(['ada', 'https://id.example/ada|1', '漢 😀', 'x'.repeat(255)])('may be %s', (subject) =>
    expect(actorSchema.safeParse({ subject, roles: [] }).success).toBe(true),
  );

  it.each(['', 'x'.repeat(256), 'a\u0000', 'a\nb', '\ud800', 'b\udc00c'])('may not be %j', (subject) =>
    expect(actorSchema.safeParse({ subject, roles: [] }).success).toBe(false),
  );
});

describe('the scope of an actor', () => {
  const request = (who?: Actor): Request => {
    const req = {} as Request;
    if (who) setActor(req, who);
    return req;
  };

  it('is the own data for a customer', () => {
    expect(customerScope(request(ada))).toBe('c1');
    expect(() => requireOwner(request(ada), 'c1')).not.toThrow();
    expect(() => requireOwner(request(ada), 'c2')).toThrow(expect.objectContaining({ status: 403 }));
  });

  it('is every customer for a teller, even one who is also a customer', () => {
    expect(() => requireOwner(request(teller), 'c2')).not.toThrow();
    expect(customerScopeOf({ ...ada, roles: ['customer', 'teller'] })).toBeUndefined();
  });

  it.each<readonly [Actor['roles'], Actor['roles'] | undefined, string | undefined]>([
    [[], undefined, ''],
    [['customer'], undefined, 'c1'],
    [['teller'], undefined, undefined],
    [['operator'], undefined, ''],
    [['customer', 'operator'], undefined, 'c1'],
    [['customer', 'teller'], undefined, undefined],
    [['teller', 'operator'], undefined, undefined],
    [['customer'], ['teller', 'operator'], 'c1'],
    [['operator'], ['teller', 'operator'], undefined],
    [['customer', 'operator'], ['teller', 'operator'], undefined],
  ])('with the roles %j, where %j reach all, is %j', (roles, reachAll, scope) => {
    expect(customerScopeOf({ ...ada, roles }, reachAll)).toBe(scope);
  });

  it.each([
    ['tellerOnly', tellerOnly, ['teller']],
    ['staffOnly', staffOnly, ['teller', 'operator']],
    ['operatorOnly', operatorOnly, ['operator']],
  ] as const)('is what %s lets through', (_name, guard, allowed) => {
    const passes = (who?: Actor): boolean => {
      try {
        void guard(request(who), {} as Response, () => undefined);
        return true;
      } catch {
        return false;
      }
    };
    expect(passes()).toBe(true);
    const all = ['customer', 'teller', 'operator'] as const;
    for (const one of all)
      for (const other of all)
        expect([one, other, passes({ ...ada, roles: [one, other] })]).toEqual([
          one,
          other,
          ([...allowed] as string[]).some((role) => role === one || role === other),
        ]);
  });

  it('is empty for a customer without an id', () => {
    const nobody = request({ subject: 'x', roles: ['customer'] });
    expect(() => requireOwner(nobody, 'c1')).toThrow('another customer');
  });

  it('is every customer for the system itself, which sends no actor', () => {
    expect(actorOf(request())).toBeUndefined();
    expect(() => requireOwner(request(), 'c1')).not.toThrow();
  });
});
