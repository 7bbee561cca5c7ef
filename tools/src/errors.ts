type PreflightErrorOptions = ErrorOptions & Readonly<{ exitCode?: number }>;

/** An error that the user can correct. Its message is one or two sentences and is printed without a stack. */
export class PreflightError extends Error {
  override name = 'PreflightError';
  /** Of the command that throws it. */
  readonly exitCode: number;

  constructor(message: string, { exitCode = 1, ...options }: PreflightErrorOptions = {}) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** By shape, not by class: under jest, errors of Node itself are of another realm. */
const has = <K extends string>(error: unknown, key: K): error is Record<K, unknown> =>
  typeof error === 'object' && error !== null && key in error;

export const messageOf = (error: unknown): string =>
  has(error, 'message') && typeof error.message === 'string' ? error.message : String(error);

export const codeOf = (error: unknown): string | undefined =>
  has(error, 'code') && typeof error.code === 'string' ? error.code : undefined;
