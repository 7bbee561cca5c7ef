import type * as z from 'zod';
import type { ProblemName } from '../problems';

export const roles = ['customer', 'teller', 'operator'] as const;
/** Customers reach their own data, tellers every customer's, operators the running of the system. */
export type Role = (typeof roles)[number];

/**
 * Who may make a call. A customer only reaches what is theirs: `owner` names the part of the request that carries their
 * `customerId`; `service` means that only the owning service knows; `none` means that the data belong to no customer.
 */
export type Access =
  | Readonly<{ roles: readonly Exclude<Role, 'customer'>[]; owner?: never }>
  | Readonly<{ roles: readonly Role[]; owner: 'params' | 'query' | 'body' | 'service' | 'none' }>;

/** The problems of one call by status, without those of every call. */
type OperationProblems = Readonly<Partial<Record<403 | 404 | 409 | 422 | 429 | 503, readonly ProblemName[]>>>;

/**
 * One call of the public HTTP API. The gateway's routes, the OpenAPI document and the tests derive from it.
 * Path, names and fields are published: add, never rename or remove.
 */
export type Operation = Access &
  Readonly<{
    method: 'get' | 'post' | 'put' | 'patch' | 'delete';
    /** With `{name}` for each of `params`. */
    path: `/api/${string}`;
    summary: string;
    description?: string;
    params?: z.ZodObject;
    query?: z.ZodObject;
    body?: z.ZodObject;
    /** Recorded in the audit log when staff make the call: a change before it runs, a read before its response. */
    audited?: true;
    /** A request without a body means one without fields. */
    bodyOptional?: true;
    /** Instead of a body, a file of one of these media types, in UTF-8, which the call reads and does not keep: it changes nothing. */
    file?: Readonly<{ types: readonly string[]; maxBytes: number }>;
    /** Takes `If-Match`: the call changes one resource, whose `ETag` a read or an earlier change returned. */
    conditional?: true;
    /** The path of the created resource, with the names of fields of the response: its `Location`. */
    creates?: `/api/${string}`;
    success: Readonly<{
      status: 200 | 201 | 202;
      description: string;
      schema: z.ZodType;
      /** Default: application/json. */
      type?: 'text/event-stream' | 'text/csv';
    }>;
    /** The 202 response of a call whose saga has not ended within the time that the gateway waits for it. */
    pending?: Readonly<{ description: string; schema: z.ZodType }>;
    problems?: OperationProblems;
  }>;

export type Operations = Readonly<Record<string, Operation>>;

/** The calls of one owner, listed under one tag of the OpenAPI document. */
export type ApiSection = Readonly<{ tag: string; description: string; operations: Operations }>;

/** A call that changes something needs an `Idempotency-Key`: every one except GETs and those that compare a file. */
export const isMutation = ({ method, file }: Operation): boolean => method !== 'get' && file === undefined;
