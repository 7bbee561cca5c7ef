import type { z } from 'zod';

export const roles = ['customer', 'teller', 'operator'] as const;
/** Customers reach what is theirs, tellers every customer, operators the running of the system. */
export type Role = (typeof roles)[number];

export const tags = ['customers', 'accounts', 'cards', 'loans', 'products', 'orders', 'operators'] as const;
export type Tag = (typeof tags)[number];

/**
 * Who may make a call. Where customers may, they reach what is theirs only: the customer whose it is stands in that
 * part of the request as `customerId`, or only the owner `service` knows it, or it is `nobody`'s.
 */
export type Access =
  | Readonly<{ roles: readonly Exclude<Role, 'customer'>[]; owner?: never }>
  | Readonly<{ roles: readonly Role[]; owner: 'params' | 'query' | 'body' | 'service' | 'nobody' }>;

/** Names of problems by status: the reasons why a rule says no. Those that every call may answer are not repeated. */
export type Problems = Readonly<Partial<Record<403 | 404 | 409 | 422 | 503, readonly string[]>>>;

/**
 * One call of the public HTTP API. Whatever is told about the API, and whatever binds it to code, is made from this.
 * Path, names and fields are published: add, never rename or remove.
 */
export type Operation = Access &
  Readonly<{
    method: 'get' | 'post' | 'put' | 'patch' | 'delete';
    /** With `{name}` for each of `params`. */
    path: `/api/${string}`;
    tag: Tag;
    summary: string;
    description?: string;
    params?: z.ZodObject;
    query?: z.ZodObject;
    body?: z.ZodObject;
    success: Readonly<{
      status: 200 | 201 | 202;
      description: string;
      schema: z.ZodType;
      /** Default: application/json. */
      type?: 'text/event-stream';
    }>;
    /** The answer 202 of a call that waits for a saga, but not for ever. */
    pending?: Readonly<{ description: string; schema: z.ZodType }>;
    problems?: Problems;
  }>;

export type Operations = Readonly<Record<string, Operation>>;

/** Every call but GET changes something, and so needs an Idempotency-Key. */
export const isMutation = ({ method }: Operation): boolean => method !== 'get';
