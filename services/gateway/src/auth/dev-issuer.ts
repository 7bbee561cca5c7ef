import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { customerId } from '@bankside/contracts';
import { roles } from '@bankside/contracts/http';
import { keySet, pemBlocks, publicJwk } from '@bankside/auth';
import { parseBody } from '@bankside/http';
import { json, Router } from 'express';
import { SignJWT } from 'jose';
import { z } from 'zod';
import type { Issuer } from './issuer';

const ISSUER = 'bankside-development';
const AUDIENCE = 'bankside';
const RSA_BITS = 2048;
const LIFETIME_S = 12 * 3600;

const role = z.enum(roles);
const request = z
  .strictObject({
    role: z.union([role, z.array(role).min(1).max(roles.length)]),
    customerId: customerId.optional(),
  })
  .refine(
    ({ role: wanted, customerId: bound }) => [wanted].flat().includes('customer') === (bound !== undefined),
    {
      path: ['customerId'],
      message: 'is required for the role customer, and not allowed for others',
    },
  );
type TokenRequest = z.infer<typeof request>;

const newKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: RSA_BITS })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();

/**
 * Issues a token for any role that a caller requests. Never enabled in production. The first key of `keysPem` signs; tokens
 * signed by the others stay valid. Without keys, tokens become invalid when the process ends.
 */
export const devIssuer = (keysPem: string | undefined, now: () => number = Date.now) => {
  const pems = keysPem === undefined ? [newKey()] : pemBlocks(keysPem);
  const keys = keySet(pems);
  const signing: KeyObject = createPrivateKey(pems[0]!);
  const { kid } = publicJwk(signing);

  const issue = ({ role: wanted, customerId: bound }: TokenRequest): Promise<string> => {
    const granted = [wanted].flat();
    const issuedAt = Math.floor(now() / 1_000);
    return new SignJWT({ roles: granted, ...(bound !== undefined && { customerId: bound }) })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
      .setSubject(bound ?? `dev-${granted.join('-')}`)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + LIFETIME_S)
      .sign(signing);
  };

  const routes = (): Router => {
    const router = Router();
    router.post('/api/dev/tokens', json({ limit: '1kb' }), async (req, res) => {
      res.status(201).json({ token: await issue(parseBody(request, req.body)), expiresInS: LIFETIME_S });
    });
    return router;
  };

  const issuer: Issuer = {
    issuer: ISSUER,
    audience: AUDIENCE,
    keys,
    rolesClaim: 'roles',
    customerClaim: 'customerId',
  };
  return { issuer, issue, routes };
};
