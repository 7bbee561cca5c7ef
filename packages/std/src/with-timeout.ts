/**
 * Waits for `work`, which continues after the timeout.
 * @throws what `late` returns if `work` has not settled after `timeoutMs`
 */
export const withTimeout = async <T>(work: Promise<T>, timeoutMs: number, late: () => Error): Promise<T> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), timeoutMs);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
};
