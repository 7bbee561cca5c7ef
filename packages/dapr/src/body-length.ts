/**
 * The length of the body in bytes, as the caller sent it. A sidecar without a response repeats a call by itself, possibly
 * without its body: the header lets the service detect that.
 */
export const BODY_LENGTH_HEADER = 'x-body-length';
