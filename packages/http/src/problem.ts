import { problems, type ProblemName } from '@bankside/contracts/problems';

/** Which part of a request is wrong; `pointer` is a JSON pointer into the body, or names a header or parameter. */
export type FieldError = Readonly<{ pointer: string; detail: string }>;

type ProblemOptions = Readonly<{
  name: ProblemName;
  /** Default: the status in the table of problems. */
  status?: number;
  detail: string;
  errors?: readonly FieldError[];
  /** All reasons, where a refusal has several. */
  reasons?: readonly object[];
  /** Seconds after which trying again makes sense. */
  retryAfter?: number;
}>;

/** A problem response (RFC 9457) of a kind listed in `@bankside/contracts/problems`. The domain knows no HTTP and never throws it. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: number;
  readonly retryAfter: number | undefined;

  constructor(readonly options: ProblemOptions) {
    super(options.detail);
    this.status = options.status ?? problems[options.name].status;
    this.retryAfter = options.retryAfter;
  }

  body() {
    const { name, detail, errors, reasons } = this.options;
    const { title } = problems[name];
    return {
      type: `/problems/${name}`,
      title,
      status: this.status,
      detail,
      ...(errors && { errors }),
      ...(reasons && { reasons }),
    };
  }
}

/** One step of a JSON pointer (RFC 6901). */
export const pointerStep = (step: PropertyKey): string =>
  `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`;

export const badRequest = (detail: string, errors: readonly FieldError[]): Problem =>
  new Problem({ name: 'invalid-request', detail, errors });

export const notFound = (what: string): Problem =>
  new Problem({ name: 'not-found', detail: `There is no ${what}.` });

export const keyReused = (): Problem =>
  new Problem({
    name: 'idempotency-key-reused',
    detail: 'This Idempotency-Key was used for another request. Use a new key for a new request.',
  });

/** A rejection by a rule of the domain. `status`: see `Problem`. */
export const rejection = (reason: ProblemName, status?: number): Problem =>
  new Problem({
    name: reason,
    detail: `Rejected: ${reason.replaceAll('-', ' ')}.`,
    ...(status !== undefined && { status }),
  });
