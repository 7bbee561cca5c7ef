/** Something that the person at the keyboard can put right. The message is one or two sentences; no stack is shown. */
export class PreflightError extends Error {
  override name = 'PreflightError';
}

/** By shape, not by class: errors of Node itself are of another realm in tests. */
const has = <K extends string>(error: unknown, key: K): error is Record<K, unknown> =>
  typeof error === 'object' && error !== null && key in error;

export const messageOf = (error: unknown): string =>
  has(error, 'message') && typeof error.message === 'string' ? error.message : String(error);

export const codeOf = (error: unknown): string | undefined =>
  has(error, 'code') && typeof error.code === 'string' ? error.code : undefined;
