/** An invalid part of a request. `pointer` is a JSON pointer into the body, or names a header or parameter. */
export type FieldError = Readonly<{ pointer: string; detail: string }>;

type ProblemOptions = Readonly<{
  /** Kebab-case name of the kind of problem: the end of its `type`, and of the page that explains it. */
  name: string;
  status: number;
  detail: string;
  errors?: readonly FieldError[];
  /** Seconds to wait before a retry. */
  retryAfter?: number;
}>;

/** An error response (RFC 9457). Thrown by routes and middleware only; the domain knows no HTTP. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: number;
  readonly retryAfter: number | undefined;

  constructor(readonly options: ProblemOptions) {
    super(options.detail);
    this.status = options.status;
    this.retryAfter = options.retryAfter;
  }

  body() {
    const { name, status, detail, errors } = this.options;
    return { type: `/problems/${name}`, title: sentence(name), status, detail, ...(errors && { errors }) };
  }
}

const sentence = (name: string): string => {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export const badRequest = (detail: string, errors: readonly FieldError[]): Problem =>
  new Problem({ name: 'invalid-request', status: 400, detail, errors });

export const notFound = (what: string): Problem =>
  new Problem({ name: 'not-found', status: 404, detail: `There is no ${what}.` });

export const keyReused = (): Problem =>
  new Problem({
    name: 'idempotency-key-reused',
    status: 422,
    detail: 'This Idempotency-Key was used for another request. Use a new key for a new request.',
  });

/** The domain rejected a command: the reason becomes the name of the problem. */
export const rejection = (reason: string, status: number): Problem =>
  new Problem({ name: reason, status, detail: `Refused: ${reason.replaceAll('-', ' ')}.` });
