import {
  authenticateActor,
  requireCaller,
  requireSidecarToken,
  type ActorVerifier,
  type Callers,
} from '@bankside/auth';
import { useFingerprintKey, httpApp, type HttpAppOptions } from '@bankside/http';
import type { Express } from 'express';
import type { FaultInjection } from './fault-injection/index';

export type ServiceAppOptions = Omit<HttpAppOptions, 'guards' | 'authenticate'> &
  Readonly<{
    /** Verifies actor tokens. Without it every request is taken for one by the system itself. */
    actors?: ActorVerifier;
    /** The token with which the service's own sidecar proves itself. Without it any process may call. */
    sidecarToken?: string | undefined;
    /** The services that may call this one. Without it all of them may. */
    callers?: Callers | undefined;
    /** The key of the HMAC under which requests are recorded. */
    fingerprintKey?: string | undefined;
    /** Makes the service fail on purpose. */
    faults?: FaultInjection | undefined;
  }>;

/** An HTTP app behind the guards of a service: sidecar token, callers, faults, actors. */
export const serviceApp = ({
  actors,
  sidecarToken,
  callers,
  fingerprintKey: hmacKey,
  faults,
  ...options
}: ServiceAppOptions): Express =>
  httpApp({
    ...options,
    guards: [
      ...(sidecarToken === undefined ? [] : [requireSidecarToken(sidecarToken)]),
      ...(callers === undefined ? [] : [requireCaller(callers)]),
      ...(hmacKey === undefined ? [] : [useFingerprintKey(hmacKey)]),
      ...(faults === undefined ? [] : [faults.middleware]),
    ],
    authenticate: actors && authenticateActor(actors),
    routes: { ...(faults && { '/faults': faults.routes }), ...options.routes },
  });
