/** A problem of the API (RFC 9457). */
export type ProblemBody = Readonly<{
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: readonly Readonly<{ pointer: string; detail: string }>[];
  /** All reasons of a refusal that has several. */
  reasons?: readonly Readonly<{ title: string; detail?: string }>[];
}>;

export class ApiProblem extends Error {
  override name = 'ApiProblem';
  constructor(readonly body: ProblemBody) {
    super(body.detail);
  }
}

/** No response. The outcome is unknown; repeating the request with its key finds out. */
export const NO_RESPONSE: ProblemBody = {
  type: '/problems/no-response',
  title: 'No response',
  status: 0,
  detail:
    'The system does not respond. Try again: the same request takes effect once, however often it is sent.',
};

export const noResponse = (): ApiProblem => new ApiProblem(NO_RESPONSE);

const isProblem = (body: unknown): body is ProblemBody =>
  typeof body === 'object' && body !== null && ['type', 'title', 'detail'].every((name) => name in body);

export const problemFrom = (status: number, body: unknown): ApiProblem =>
  new ApiProblem(
    isProblem(body)
      ? body
      : {
          type: 'about:blank',
          title: `Status ${status}`,
          status,
          detail: 'The response has no further details.',
        },
  );

/** Whether a rule decided the request. If not, it may be sent again. */
export const isUndecided = (status: number): boolean =>
  status === 0 || [401, 408, 429, 502, 503, 504].includes(status);

export const asProblem = (error: unknown): ApiProblem => {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem({
    type: 'about:blank',
    title: 'Error in this page',
    status: 0,
    detail: error instanceof Error ? error.message : String(error),
  });
};
