import { isCountry } from './mobile-numbers';
import { join } from 'node:path';
import { port, processConfig, temporalConfig } from '@bankside/runtime';
import * as z from 'zod';
import { tokenAlgorithms } from './auth/issuer';

const list = z.string().transform((text) => text.split(',').filter(Boolean));

export const gatewayConfig = {
  ...processConfig,
  DATABASE_URL: z.url().describe('Database of the audit log, with the role that owns nothing in it'),
  ACTOR_PRIVATE_KEY: z
    .string()
    .describe('Signs the actor tokens that services receive: a key in PKCS#8 PEM format, Ed25519 or RSA'),
  DEV_TOKENS: z
    .enum(['enabled', 'disabled'])
    .default('disabled')
    .describe('Enables the development issuer of tokens. Not for production.'),
  DEV_ISSUER_KEY: z
    .string()
    .optional()
    .describe('Private key of the development issuer; by default a new one'),
  DEV_TOKEN_HOSTS: list
    .default([])
    .describe(
      'Host names, separated by commas, under which development tokens are issued besides loopback ones; `addresses` for any IP address',
    ),
  OIDC_ISSUER: z.url().optional().describe('OpenID Connect issuer whose tokens are accepted'),
  OIDC_AUDIENCE: z.string().default('bankside').describe('Audience that its tokens must name'),
  OIDC_ALGORITHMS: list
    .default([...tokenAlgorithms])
    .pipe(z.array(z.enum(tokenAlgorithms)).min(1))
    .describe(
      'Signature algorithms that are accepted, separated by commas; by default all that the gateway supports',
    ),
  OIDC_ROLES_CLAIM: z.string().default('roles').describe('Claim with the roles of the caller'),
  OIDC_CUSTOMER_CLAIM: z.string().default('customerId').describe('Claim with the customer id of the caller'),
  RATE_LIMIT: z.coerce
    .number()
    .min(0)
    .default(100)
    .describe('Requests per second of one caller, per replica; 0 for no limit'),
  ALLOWED_ORIGINS: list.default([]).describe('Origins whose pages may call the API, separated by commas'),
  MOBILE_NUMBER_COUNTRY: z
    .string()
    .refine(isCountry, 'must be a country with a numbering plan')
    .default('RO')
    .describe('The country (ISO 3166-1) in whose national form callers may write mobile numbers'),
  TRUSTED_PROXIES: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Number of proxies in front whose `X-Forwarded-For` is trusted'),
  ...temporalConfig,
  TEMPORAL_UI_URL: z
    .url()
    .optional()
    .describe('Temporal UI as operators reach it. With it the API links each saga to its page there.'),
  DOCS_FOLDER: z
    .string()
    .default(join(__dirname, 'swagger-ui'))
    .describe('Files of the page `/docs`, by default beside the program'),
  VERSION: z.string().default('0.1.0').describe('Version in the OpenAPI document'),
  METRICS_PORT: port
    .optional()
    .describe('Port for metrics, apart from the public one. Without it metrics are not served.'),
};
