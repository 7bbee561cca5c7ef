/** Something that the person at the keyboard can put right. The message is one or two sentences; no stack is shown. */
export class Problem extends Error {
  override name = 'Problem';
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
