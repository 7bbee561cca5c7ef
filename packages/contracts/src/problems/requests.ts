import { NONE, RETRY, CHECK_ID, type ProblemKind } from './kind';

/** Problems of requests themselves, before any rule of the business is applied. */
export const requestProblems = {
  'invalid-request': {
    status: 400,
    title: 'Invalid request',
    when: 'A parameter, header or field of the body is missing, malformed or unknown. `errors` lists each one. An unreadable request may carry another 4xx status.',
    remedy: 'Correct the parts listed in `errors`.',
  },
  'invalid-json': {
    status: 400,
    title: 'Invalid JSON',
    when: 'The body is not an object or array of JSON in valid UTF-8.',
    remedy: 'Send valid JSON as UTF-8.',
  },
  unauthenticated: {
    status: 401,
    title: 'Unauthenticated',
    when: 'The bearer token is missing, expired or not signed by a trusted issuer.',
    remedy: 'Get a new token and send it as `Authorization: Bearer …`.',
  },
  'customer-left': {
    status: 401,
    title: 'Customer left',
    when: 'The customer of the bearer token was deactivated or forgotten. Every call is rejected within seconds, also with tokens that have not expired.',
    remedy: 'Contact the bank: only a new registration makes a customer again.',
  },
  'unknown-actor': {
    status: 401,
    title: 'Unknown actor',
    when: 'A service receives a request without a valid actor token of the gateway for this service.',
    remedy: 'Call the public API of the gateway instead of the service.',
  },
  'not-the-sidecar': {
    status: 401,
    title: 'Not the sidecar',
    when: 'A request reaches a service without the API token of its own sidecar.',
    remedy: 'Invoke the service through Dapr.',
  },
  'caller-not-allowed': {
    status: 403,
    title: 'Caller not allowed',
    when: 'The services map does not list the operation among the calls of the calling service.',
    remedy: 'Add the operation to `calls` or `systemCalls` of the caller in `charts/bankside/values.yaml`.',
  },
  forbidden: {
    status: 403,
    title: 'Forbidden',
    when: 'None of the roles in the token may make this call.',
    remedy: 'Use a token with one of the roles that the call lists.',
  },
  'not-the-owner': {
    status: 403,
    title: 'Not the owner',
    when: 'The resource that a customer names belongs to another customer. The gateway turns this into `not-found`, so that the customer cannot distinguish it from a resource that does not exist.',
    remedy: 'Name your own account, card, loan or order.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    when: 'There is no such path, customer, account, saga, view or other resource, or it belongs to another customer.',
    remedy: CHECK_ID,
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    when: 'The path exists, but not for this method. `Allow` lists the methods that it takes.',
    remedy: 'Use a method of the header `Allow`.',
  },
  'request-too-slow': {
    status: 408,
    title: 'Request too slow',
    when: 'The client sends the head or the body of its request too slowly; the connection is closed.',
    remedy: 'Send the request again.',
  },
  'changed-meanwhile': {
    status: 412,
    title: 'Changed meanwhile',
    when: 'None of the values of `If-Match` is the current `ETag` of the resource, or `*` was sent and the resource does not exist. `ETag` of the response is the current one.',
    remedy: 'Read the resource again, then decide whether to repeat the change.',
  },
  'body-too-large': {
    status: 413,
    title: 'Body too large',
    when: 'The body exceeds the size limit of the service.',
    remedy: 'Send a smaller body.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    when: 'The body is not sent as `application/json`.',
    remedy: 'Set `Content-Type: application/json`.',
  },
  'unsupported-encoding': {
    status: 415,
    title: 'Unsupported encoding',
    when: 'The `Content-Encoding` of the body is not supported.',
    remedy: 'Send the body without compression.',
  },
  'unsupported-charset': {
    status: 415,
    title: 'Unsupported charset',
    when: 'The charset of the body is not UTF-8.',
    remedy: 'Send the body as UTF-8.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'Idempotency key reused',
    when: 'The `Idempotency-Key` was used within the last week for a different request of the same caller to the same service.',
    remedy: 'Use a new key for a new request.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    when: 'The caller exceeds the rate limit shown in `RateLimit-Policy`.',
    remedy: 'Wait for the seconds in `Retry-After`.',
  },
  'too-many-streams': {
    status: 429,
    title: 'Too many streams',
    when: 'The caller already reads its share of live event streams from this gateway process.',
    remedy: 'Close a stream, then connect again after the seconds in `Retry-After`.',
  },
  'headers-too-large': {
    status: 431,
    title: 'Headers too large',
    when: 'The headers of the request are larger than the server reads.',
    remedy: 'Send fewer or shorter headers.',
  },
  'internal-error': {
    status: 500,
    title: 'Internal error',
    when: 'The service failed unexpectedly and logged the error.',
    remedy: 'Repeat the request; if it fails again, search the logs for its trace id.',
  },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    when: 'A service, sidecar, database or Temporal does not respond. Whether the change took place is unknown.',
    remedy: RETRY,
  },
  busy: {
    status: 503,
    title: 'Busy',
    when: 'A command lost the version conflict on its stream repeatedly, because many commands write to it at once.',
    remedy: RETRY,
  },
  'view-behind': {
    status: 503,
    title: 'View behind',
    when: 'A view or replica has not yet applied the change named by the `Consistency-Token`.',
    remedy: 'Repeat the request, or leave out the token to read the view as it is.',
  },
  'too-many-readers': {
    status: 503,
    title: 'Too many readers',
    when: 'The gateway process serves as many live event streams as it can; the last places are for staff.',
    remedy: 'Connect again after the seconds in `Retry-After`.',
  },
  undone: {
    status: 409,
    title: 'Undone',
    when: 'A saga was cancelled, failed, or gave up on a service that did not respond; its compensations have run.',
    remedy: 'Start a new request with a new `Idempotency-Key`.',
  },
  'failed-on-purpose': {
    status: 503,
    title: 'Failed on purpose',
    when: 'The fault `errorRate` is set for the service. Never in production.',
    remedy: RETRY,
  },
  'rejected-on-purpose': {
    status: 409,
    title: 'Rejected on purpose',
    when: 'The fault `rejectNext` was set for the service when it first got this key. Never in production.',
    remedy: 'Clear the faults of the service.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

/** Problems of operating sagas and projections. */
export const operationProblems = {
  'attention-resolved': {
    status: 409,
    title: 'Already resolved',
    when: 'The item was resolved before, perhaps by another operator.',
    remedy: 'Read the item: it has the reason and the operator.',
  },
  'saga-still-running': {
    status: 409,
    title: 'Saga still running',
    when: 'A saga can be finished by hand only after it has ended.',
    remedy: 'Retry, skip or abort its failing step.',
  },
  'saga-complete': {
    status: 409,
    title: 'Saga complete',
    when: 'The saga ended by itself, or was finished before: nothing of it is left to undo or to complete.',
    remedy: NONE,
  },
  'rebuild-running': {
    status: 409,
    title: 'Rebuild running',
    when: 'A rebuild of this view is already running.',
    remedy: 'Wait until `GET /api/projections/{projection}` shows no rebuild.',
  },
  'audit-running': {
    status: 503,
    title: 'Audit running',
    when: 'The audit of this view takes longer than one request may; it continues in the background.',
    remedy: 'Repeat the request until it returns the result.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;
