/** Failures in a row after which an owner is left in peace, and for how long. */
const FAILURES = 5;
const REST_MS = 2_000;

/**
 * Stops asking an owner that does not answer, so that pages do not wait for it each time; now and then one asks whether it
 * is back. Only missing answers count: a refusal is an answer.
 */
export const circuitBreaker = (failures = FAILURES, restMs = REST_MS) => {
  let failed = 0;
  let closedUntil = 0;
  return {
    /** Whether to ask. At most one asks after each rest. */
    allows: (now: number): boolean => {
      if (failed < failures) return true;
      if (now < closedUntil) return false;
      closedUntil = now + restMs;
      return true;
    },
    answered: (): void => {
      failed = 0;
    },
    failed: (now: number): void => {
      failed += 1;
      if (failed >= failures) closedUntil = now + restMs;
    },
  };
};
export type CircuitBreaker = ReturnType<typeof circuitBreaker>;

/** One for each owner, for all compositions of this process. */
export const circuitBreakers = () => {
  const known = new Map<string, CircuitBreaker>();
  return (name: string): CircuitBreaker => {
    const found = known.get(name) ?? circuitBreaker();
    known.set(name, found);
    return found;
  };
};
export type CircuitBreakers = ReturnType<typeof circuitBreakers>;
