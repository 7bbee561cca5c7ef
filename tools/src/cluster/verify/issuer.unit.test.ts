import { createLocalJWKSet, jwtVerify } from 'jose';
import { newIssuer } from './issuer';

it('signs tokens that its documents verify', async () => {
  const url = 'https://issuer.test/';
  const { documents, token } = await newIssuer(url, 'bankside');
  expect(documents['/.well-known/openid-configuration']).toEqual({ issuer: url, jwks_uri: `${url}keys` });
  const { payload, protectedHeader } = await jwtVerify(
    await token(['teller']),
    createLocalJWKSet(documents['/keys']),
    { issuer: url, audience: 'bankside', typ: 'at+jwt' },
  );
  expect(payload).toMatchObject({ sub: 'verification', roles: ['teller'] });
  expect(payload.exp! - payload.iat!).toBe(3_600);
  expect(protectedHeader.alg).toBe('RS256');
});
