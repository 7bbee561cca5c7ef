import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { idempotencyKeys } from './idempotency-keys';
import { newKey } from './new-key';
import { asProblem, isUndecided, type ApiProblem } from './problem';

export type Loaded<T> = Readonly<{
  data: T | undefined;
  problem: ApiProblem | undefined;
  busy: boolean;
  reload: () => void;
}>;

/** Delay before the first load is retried, in milliseconds. */
const AFTER_PROBLEM_MS = 3_000;

/**
 * Loads data, and reloads it when `about` changes. With `every` it also reloads while the page is visible, that many
 * milliseconds after the last response; the delay may depend on that response. Keeps the old data until new data arrives.
 */
export const useLoad = <T>(
  load: () => Promise<T>,
  about: readonly unknown[],
  every?: number | ((data: T) => number),
): Loaded<T> => {
  const [state, setState] = useState<Omit<Loaded<T>, 'reload'>>({
    data: undefined,
    problem: undefined,
    busy: true,
  });
  const turn = useRef(0);
  const latest = useRef(load);
  latest.current = load;

  const reload = useCallback(() => {
    const mine = ++turn.current;
    setState((before) => ({ ...before, busy: true }));
    void latest.current().then(
      (data) => mine === turn.current && setState({ data, problem: undefined, busy: false }),
      (error: unknown) =>
        mine === turn.current &&
        setState((before) => ({ ...before, problem: asProblem(error), busy: false })),
    );
  }, []);

  const key = JSON.stringify(about);
  useEffect(() => {
    reload();
    return () => void (turn.current += 1);
  }, [key, reload]);

  useEffect(() => {
    if (every === undefined || state.busy) return undefined;
    const afterProblem = typeof every === 'number' ? every : AFTER_PROBLEM_MS;
    const ms = typeof every === 'number' || state.data === undefined ? afterProblem : every(state.data);
    const timer = setInterval(() => document.hidden || reload(), ms);
    return () => clearInterval(timer);
  }, [state, reload]);

  return { ...state, reload };
};

export type Action = Readonly<{
  busy: boolean;
  problem: ApiProblem | undefined;
  /** Runs the mutation with one key until its outcome is known. Resolves to whether it succeeded. */
  run: (request: object, how: (key: string) => Promise<unknown>) => Promise<boolean>;
  clear: () => void;
}>;

/** A mutation behind one button. */
export const useAction = (): Action => {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | undefined>();
  const keys = useRef(idempotencyKeys(newKey));
  const run: Action['run'] = useCallback(async (request, how) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await how(keys.current.keyFor(JSON.stringify(request)));
      keys.current.decided();
      return true;
    } catch (error) {
      const why = asProblem(error);
      if (!isUndecided(why.body.status)) keys.current.decided();
      setProblem(why);
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  return { busy, problem, run, clear: () => setProblem(undefined) };
};
