/** Consecutive failures that open the circuit. */
const FAILURE_THRESHOLD = 5;
/** How long an open circuit rejects requests before it lets one through. */
const OPEN_MS = 2_000;

/**
 * Stops requests to an owner that does not respond, so that pages do not wait for it each time. Closed, every request goes
 * through. Open, none does. Half-open, after `openMs`, one request goes through: its success closes the circuit. Only
 * requests without a response count as failures; an error response is a response.
 */
const circuitBreaker = (failureThreshold = FAILURE_THRESHOLD, openMs = OPEN_MS) => {
  let failures = 0;
  let openUntil = 0;
  return {
    /** Whether a request may be sent at `now`. In the half-open state, true for one request in each `openMs`. */
    allows: (now: number): boolean => {
      if (failures < failureThreshold) return true;
      if (now < openUntil) return false;
      openUntil = now + openMs;
      return true;
    },
    /** Whether requests are being held back. */
    isOpen: (now: number): boolean => failures >= failureThreshold && now < openUntil,
    onSuccess: (): void => {
      failures = 0;
    },
    onFailure: (now: number): void => {
      failures += 1;
      if (failures >= failureThreshold) openUntil = now + openMs;
    },
  };
};
export type CircuitBreaker = ReturnType<typeof circuitBreaker>;

/** One circuit breaker per owner, shared by all compositions of this process. */
export const circuitBreakers = () => {
  const breakers = new Map<string, CircuitBreaker>();
  return (owner: string): CircuitBreaker => {
    const breaker = breakers.get(owner) ?? circuitBreaker();
    breakers.set(owner, breaker);
    return breaker;
  };
};
export type CircuitBreakers = ReturnType<typeof circuitBreakers>;
