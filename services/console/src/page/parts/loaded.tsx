import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Loaded } from '../lib/hooks';
import { Problem, Waiting } from './basics';
import { Button } from './forms';

/** The loaded data, the error, or a loading indicator. */
export const WhenLoaded = <T,>({
  of: { data, problem, busy, reload },
  children,
}: {
  of: Loaded<T>;
  children: (data: NonNullable<T>) => ComponentChildren;
}) => (
  <>
    <Problem of={problem} retry={reload} />
    {data === undefined && busy && problem === undefined && <Waiting />}
    {data !== undefined && data !== null && children(data)}
  </>
);

export type Pages = Readonly<{
  cursor: string | undefined;
  number: number;
  back: () => void;
  forward: (next: string) => void;
}>;

/** The cursors of a paged list up to the current page. A change of `about`, such as of a filter, returns to its first page. */
export const usePages = (about = ''): Pages => {
  const [state, setState] = useState<Readonly<{ about: string; cursors: readonly string[] }>>({
    about,
    cursors: [],
  });
  const cursors = state.about === about ? state.cursors : [];
  return {
    cursor: cursors.at(-1),
    number: cursors.length + 1,
    back: () => setState({ about, cursors: cursors.slice(0, -1) }),
    forward: (next) => setState({ about, cursors: [...cursors, next] }),
  };
};

export const Pager = ({
  of,
  next,
  labels: [back, forward] = ['Newer', 'Older'],
}: {
  of: Pages;
  next: string | undefined;
  labels?: readonly [back: string, forward: string];
}) => (
  <div class="actions">
    <Button disabled={of.number === 1} onClick={of.back}>
      {back}
    </Button>
    <Button disabled={next === undefined} onClick={() => next !== undefined && of.forward(next)}>
      {forward}
    </Button>
  </div>
);
