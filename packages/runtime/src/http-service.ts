import { knowActor, onlyFrom, sidecarOnly, type ActorVerifier, type Callers } from '@bankside/auth';
import { fingerprintKey, httpApp, type HttpAppOptions } from '@bankside/http';
import type { Express } from 'express';
import type { FaultSwitches } from './faults';

export type HttpServiceOptions = Omit<HttpAppOptions, 'guards' | 'authenticate'> &
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
    faults?: FaultSwitches | undefined;
  }>;

/** An HTTP app behind the guards of a service: sidecar token, callers, faults, actors. */
export const httpService = ({
  actors,
  sidecarToken,
  callers,
  fingerprintKey: hmacKey,
  faults,
  ...options
}: HttpServiceOptions): Express =>
  httpApp({
    ...options,
    guards: [
      ...(sidecarToken === undefined ? [] : [sidecarOnly(sidecarToken)]),
      ...(callers === undefined ? [] : [onlyFrom(callers)]),
      ...(hmacKey === undefined ? [] : [fingerprintKey(hmacKey)]),
      ...(faults === undefined ? [] : [faults.requests]),
    ],
    authenticate: actors && knowActor(actors),
    routes: { ...(faults && { '/faults': faults.routes }), ...options.routes },
  });
