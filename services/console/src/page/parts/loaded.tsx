import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Loaded } from '../lib/hooks';
import { Problem, Waiting } from './basics';
import { Button } from './forms';

/** The loaded data, the error, or a loading indicator. */
export const Shown = <T,>({
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
  newer: () => void;
  older: (next: string) => void;
}>;

/** The position in a paged list, with the way back. */
export const usePages = (): Pages => {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  return {
    cursor: cursors.at(-1),
    number: cursors.length + 1,
    newer: () => setCursors((before) => before.slice(0, -1)),
    older: (next) => setCursors((before) => [...before, next]),
  };
};

export const Pager = ({ of, next }: { of: Pages; next: string | undefined }) => (
  <div class="actions">
    <Button disabled={of.number === 1} onClick={of.newer}>
      Newer
    </Button>
    <Button disabled={next === undefined} onClick={() => next !== undefined && of.older(next)}>
      Older
    </Button>
  </div>
);
