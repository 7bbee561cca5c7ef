import { useEffect, useId, useMemo, useState } from 'preact/hooks';
import type { Api } from '../lib/api';
import { linkTo } from '../lib/route';
import type { Role } from '../lib/roles';
import { searchAll, searchersOf, type Found, type SearchResult } from '../lib/search';
import { goTo } from '../lib/use-route';
import type { PageEntry } from '../page-props';
import { Dialog } from './dialog';

/** Pause in typing after which the search starts, in milliseconds. */
const PAUSE_MS = 200;
const SHORTEST = 2;

const HINTS: Readonly<Record<Role, string>> = {
  customer: 'Your accounts, cards, loans and orders, products, pages',
  teller: 'Names, mobile numbers, numbers of accounts, cards and loans, orders, products, pages',
  operator: 'Ids of sagas, orders, customers and streams, numbers, products, pages',
};

const pagesFor = (role: Role, pages: readonly PageEntry[], text: string): readonly Found[] =>
  pages.flatMap(({ path, nav }) =>
    nav !== undefined && path[0] === role && nav.toLowerCase().includes(text.toLowerCase())
      ? [{ kind: 'Page', label: nav, link: linkTo(path) }]
      : [],
  );

type Result = SearchResult & Readonly<{ text: string }>;

/** Finds things by id, number or name, for the current role. */
export const Search = ({
  role,
  api,
  customerId,
  pages,
  onClose,
}: {
  role: Role;
  api: Api;
  customerId: string | undefined;
  pages: readonly PageEntry[];
  onClose: () => void;
}) => {
  const [typed, setTyped] = useState('');
  const [result, setResult] = useState<Result>({ text: '', found: [], missing: [] });
  const [chosen, setChosen] = useState(0);
  const list = useId();
  const searchers = useMemo(() => searchersOf(role, api, customerId), [role, api, customerId]);
  const text = typed.trim();

  useEffect(() => {
    if (text.length < SHORTEST) return undefined;
    let isCurrent = true;
    const timer = setTimeout(() => {
      void searchAll(searchers, text).then((found) => isCurrent && setResult({ text, ...found }));
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [text, searchers]);

  const isDone = result.text === text;
  const found = [...pagesFor(role, pages, text), ...(isDone ? result.found : [])];
  const at = Math.min(chosen, found.length - 1);
  const open = (link: string): void => {
    onClose();
    goTo(link);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) setChosen((at + step + found.length) % found.length);
    else if (event.key === 'Enter' && found[at] !== undefined) open(found[at].link);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog label="Search" onClose={onClose}>
      <input
        type="text"
        list={undefined}
        role="combobox"
        aria-label="Search"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={found.length === 0 ? undefined : `${list}-${at}`}
        aria-autocomplete="list"
        autoFocus
        autoComplete="off"
        placeholder="Search"
        value={typed}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div class="found" role="listbox" id={list} aria-label="Found">
        {found.map(({ kind, label, detail, link }, index) => (
          <a
            key={link}
            id={`${list}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            href={link}
            onClick={onClose}
          >
            <span class="small muted">{kind}</span>
            <strong>{label}</strong>
            {detail !== undefined && <span class="small muted">{detail}</span>}
          </a>
        ))}
      </div>
      <p class="small muted" role="status">
        {text.length < SHORTEST
          ? HINTS[role]
          : !isDone
            ? 'Searching…'
            : found.length === 0 && result.missing.length === 0
              ? 'Nothing has this id, number or name.'
              : `${found.length} found`}
        {isDone && text.length >= SHORTEST && result.missing.length > 0 && (
          <span class="bad">
            {' '}
            Not searched, because no response was received: {result.missing.join(', ')}.
          </span>
        )}
      </p>
    </Dialog>
  );
};
