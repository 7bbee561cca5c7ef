type Attempt = Readonly<{ key: string; request: string }>;

/**
 * The Idempotency-Key of one button: the same for as long as the same thing is asked and nobody has answered, a new one
 * once it is decided or something else is asked. So a second click never does it twice.
 */
export const keyKeeper = (newKey: () => string) => {
  let attempt: Attempt | undefined;
  return {
    keyFor: (request: string): string => {
      if (attempt?.request !== request) attempt = { key: newKey(), request };
      return attempt.key;
    },
    decided: (): void => {
      attempt = undefined;
    },
  };
};
export type KeyKeeper = ReturnType<typeof keyKeeper>;
