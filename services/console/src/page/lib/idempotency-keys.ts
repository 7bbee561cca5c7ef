type Attempt = Readonly<{ key: string; request: string }>;

/**
 * The Idempotency-Key of one button. It stays the same while the request is unchanged and its outcome unknown, so that a
 * second click has no second effect; afterwards it is new.
 */
export const idempotencyKeys = (newKey: () => string) => {
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
