/**
 * How long the body of a call was when it left the caller, in bytes. A sidecar that gets no answer sends a call again by
 * itself, and by then may have nothing left of its body: the service hears the right path, the right key, and nothing.
 */
export const BODY_LENGTH_HEADER = 'x-body-length';
