import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { customerId } from '@bankside/contracts';
import { roles } from '@bankside/contracts/http';
import { keySet, pemBlocks, publicJwk } from '@bankside/auth';
import { parseBody, Problem } from '@bankside/http';
import { json, Router, type Request } from 'express';
import { SignJWT } from 'jose';
import * as z from 'zod';
import { addressOf, rateLimiter } from '../edge/rate-limit';
import type { Issuer } from './issuer';

const ISSUER = 'bankside-development';
const AUDIENCE = 'bankside';
const RSA_BITS = 2048;
/** Tokens in a second to one address. */
const TOKENS_PER_S = 100;
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

/** Stands for every IP address in a list of hosts. A page can only be rebound to this server under a name. */
export const ADDRESSES = 'addresses';

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));

/**
 * Rejects requests under other names than this machine's own and `hosts`: a page on the internet can let its own name point
 * to this server (DNS rebinding), and its requests then are of the same origin.
 */
const requireHost = ({ headers }: Request, hosts: readonly string[]): void => {
  const url = `http://${headers.host ?? ''}`;
  const { hostname } = URL.canParse(url) ? new URL(url) : { hostname: '' };
  const isAddress = isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0;
  if (isLoopback(hostname) || hosts.includes(hostname) || (isAddress && hosts.includes(ADDRESSES))) return;
  throw new Problem({
    name: 'forbidden',
    detail: 'Development tokens are issued to requests for localhost only, or for a host in DEV_TOKEN_HOSTS.',
  });
};

const newKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: RSA_BITS })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();

type DevIssuerOptions = Readonly<{
  hosts?: readonly string[];
  now?: () => number;
  /** @internal For tests. */
  test?: Readonly<{ tokensPerSecond?: number }>;
}>;

/**
 * Issues a token for any role that a caller requests. Never enabled in production. The first key of `keysPem` signs; tokens
 * signed by the others stay valid. Without keys, tokens become invalid when the process ends. Issues them under loopback
 * names and `hosts` only.
 */
export const devIssuer = (
  keysPem: string | undefined,
  { hosts = [], now = Date.now, test = {} }: DevIssuerOptions = {},
) => {
  const limit = rateLimiter(test.tokensPerSecond ?? TOKENS_PER_S);
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
    router.post('/api/dev/tokens', async (req, res, next) => {
      await limit(addressOf(req), req, res);
      requireHost(req, hosts);
      next();
    });
    router.post('/api/dev/tokens', json({ limit: '1kb' }), async (req, res) => {
      res.status(201).json({ token: await issue(parseBody(request, req.body)), expiresInS: LIFETIME_S });
    });
    return router;
  };

  const issuer: Issuer = {
    issuer: ISSUER,
    audience: AUDIENCE,
    keys,
    algorithms: ['RS256'],
    rolesClaim: 'roles',
    customerClaim: 'customerId',
  };
  return { issuer, issue, routes };
};
