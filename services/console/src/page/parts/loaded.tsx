import type { PageProps } from '../page-props';
import type { ComponentChildren } from 'preact';
import { useLoad, type Loaded } from '../lib/hooks';
import { linkTo, parseRoute, withQuery } from '../lib/route';
import { goTo, replaceWith } from '../lib/use-route';
import { Card, Problem, Waiting } from './basics';
import { Button } from './forms';

/** The loaded data, the error, or a loading indicator. Data that could not be reloaded stay, marked as old. */
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
    {problem !== undefined && data !== undefined && (
      <p class="small muted">Shown below is the last response received.</p>
    )}
    {data !== undefined && data !== null && children(data)}
  </>
);

/** A card whose title stays whatever becomes of its data. */
export const LoadedCard = <T,>({
  title,
  of,
  aside,
  wide = false,
  children,
}: {
  title: string;
  of: Loaded<T>;
  wide?: boolean;
  aside?: (data: NonNullable<T>) => ComponentChildren;
  children: (data: NonNullable<T>) => ComponentChildren;
}) => (
  <Card title={title} wide={wide} aside={of.data !== undefined && of.data !== null && aside?.(of.data)}>
    <WhenLoaded of={of}>{children}</WhenLoaded>
  </Card>
);

type Filters = Readonly<Record<string, string>>;

/**
 * Filters of a list, kept in the address of the page, so that Back and a copied link have them. `show` replaces some, and
 * returns to the first page.
 */
export const useFilters = <Name extends string>(
  query: ReadonlyMap<string, string>,
  names: readonly Name[],
) => {
  const filters = Object.fromEntries(names.map((name) => [name, query.get(name) ?? ''])) as Readonly<
    Record<Name, string>
  >;
  return {
    filters,
    show: (changes: Partial<Readonly<Record<Name, string>>>, how?: 'typing'): void => {
      const link = linkTo(parseRoute(location.hash).path, { ...filters, ...changes } as Filters);
      if (how === 'typing') replaceWith(link);
      else goTo(link);
    },
  };
};

/** A form in a line that sends no mutation: a search or a filter. */
export const InlineForm = ({
  send,
  children,
  ...form
}: {
  send: (form: HTMLFormElement) => void;
  class?: string;
  role?: 'search';
  children: ComponentChildren;
}) => (
  <form
    class="form inline"
    {...form}
    onSubmit={(event) => {
      event.preventDefault();
      send(event.currentTarget);
    }}
  >
    {children}
  </form>
);

/** States that a list shows one product only, with a link to all. */
export const OnlyOne = ({ sku, showAll }: { sku: string; showAll: () => void }) =>
  sku === '' ? null : (
    <p>
      Only <strong>{sku}</strong>.{' '}
      <button type="button" class="link" onClick={showAll}>
        Show all
      </button>
    </p>
  );

export type Pages = Readonly<{
  cursor: string | undefined;
  number: number;
  /** Links to other pages of the list. */
  first: string;
  forward: (next: string) => string;
}>;

/** The current page of a paged list, kept in the address of the page. `name` distinguishes two lists of one page. */
export const usePages = (query: ReadonlyMap<string, string>, name = ''): Pages => {
  const [cursorName, pageName] = [`${name}cursor`, `${name}page`];
  const number = Math.max(1, Number(query.get(pageName) ?? 1) || 1);
  const to = (changes: Readonly<Record<string, string | undefined>>): string =>
    linkTo(parseRoute(location.hash).path, { ...Object.fromEntries(query), ...changes });
  return {
    cursor: query.get(cursorName) || undefined,
    number,
    first: to({ [cursorName]: undefined, [pageName]: undefined }),
    forward: (next) => to({ [cursorName]: next, [pageName]: String(number + 1) }),
  };
};

/** One page of a list of the API, with links to its other pages. Parameters that are empty are left out. */
export const useList = <T,>(
  { api, query }: Pick<PageProps, 'api' | 'query'>,
  path: string,
  parameters: Readonly<Record<string, string | number>>,
  refreshMs?: number,
): Readonly<{ list: Loaded<T>; pages: Pages }> => {
  const pages = usePages(query);
  const address = withQuery(path, { ...parameters, cursor: pages.cursor });
  return { list: useLoad(() => api.get<T>(address), [address], refreshMs), pages };
};

/** Leads through the pages of a list; the browser's Back returns to the page before. */
export const Pager = ({
  of: { number, first, forward },
  next,
  labels: [toFirst, toNext] = ['Newest', 'Older'],
}: {
  of: Pages;
  next: string | undefined;
  labels?: readonly [first: string, next: string];
}) =>
  number === 1 && next === undefined ? null : (
    <nav class="actions" aria-label="Pages of the list">
      <Button disabled={number === 1} onClick={() => goTo(first)}>
        {toFirst}
      </Button>
      <Button disabled={number === 1} onClick={() => history.back()}>
        Back
      </Button>
      <Button disabled={next === undefined} onClick={() => next !== undefined && goTo(forward(next))}>
        {toNext}
      </Button>
      <span class="small muted">Page {number}</span>
    </nav>
  );
