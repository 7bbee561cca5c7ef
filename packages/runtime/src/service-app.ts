import {
  authenticateActor,
  requireAllowedCall,
  requireSidecarToken,
  type ActorVerifier,
  type AllowedCalls,
} from '@bankside/auth';
import { useFingerprintKey, httpApp, type HttpAppOptions } from '@bankside/http';
import type { Express, RequestHandler } from 'express';
import type { FaultInjection } from './fault-injection';
import { requestCounter, vitalsRoutes, type RequestCounter } from './vitals';

export type ServiceAppOptions = Omit<HttpAppOptions, 'guards' | 'authenticate'> &
  Readonly<{
    /** Verifies actor tokens. Without it every request counts as made by a service in its own name. */
    actors?: ActorVerifier;
    /** The token with which the service's own sidecar proves itself. Without it any process may call. */
    sidecarToken?: string | undefined;
    /** The calls that other services may make. Without it they may make all. */
    allowedCalls?: AllowedCalls | undefined;
    /** The key of the HMAC under which requests are recorded. */
    fingerprintKey?: string | undefined;
    /** Makes the service fail on purpose. */
    faults?: FaultInjection | undefined;
    /** Counts the requests for `/vitals`. Default: one of its own. */
    counter?: RequestCounter;
  }>;

/** @throws Error if the service accepts calls on behalf of actors, whose tokens it does not verify */
const requireNoActor = ({ calls }: Pick<AllowedCalls, 'calls'> = { calls: {} }): void => {
  if (Object.keys(calls).length > 0)
    throw new Error('Calls on behalf of an actor require ACTOR_PUBLIC_KEYS, which verify the actor.');
};

const callerGuards = (
  sidecarToken: string | undefined,
  allowedCalls: AllowedCalls | undefined,
): readonly RequestHandler[] => [
  ...(sidecarToken === undefined ? [] : [requireSidecarToken(sidecarToken)]),
  ...(allowedCalls === undefined ? [] : [requireAllowedCall(allowedCalls)]),
];

/**
 * An HTTP app behind the guards of a service: sidecar token, allowed calls, faults, actors.
 *
 * @throws Error when it would take actor tokens without verifying them
 */
export const serviceApp = ({
  actors,
  sidecarToken,
  allowedCalls,
  fingerprintKey: hmacKey,
  faults,
  counter = requestCounter(),
  ...options
}: ServiceAppOptions): Express => {
  if (actors === undefined) requireNoActor(allowedCalls);
  return httpApp({
    ...options,
    guards: [
      counter.middleware,
      ...callerGuards(sidecarToken, allowedCalls),
      ...(hmacKey === undefined ? [] : [useFingerprintKey(hmacKey)]),
      ...(faults === undefined ? [] : [faults.middleware]),
    ],
    authenticate: actors && authenticateActor(actors),
    routes: {
      ...(faults && { '/faults': faults.routes }),
      ...options.routes,
      ...(actors && { '/vitals': vitalsRoutes({ counter, ready: options.ready, faults: faults?.current }) }),
    },
  });
};
