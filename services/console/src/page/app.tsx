import { useEffect, useRef, useState } from 'preact/hooks';
import { linkTo, match } from './lib/route';
import { roles, type Role } from './lib/roles';
import { goTo, useRoute } from './lib/use-route';
import { useSessions } from './lib/use-sessions';
import { inWords } from './lib/in-words';
import { SignIn, SignInAgain } from './pages/start/sign-in';
import { Start } from './pages/start/start';
import { pages } from './pages';
import type { PageEntry } from './page-props';
import { Page } from './parts/basics';
import { Search } from './parts/search';
import { Strip } from './parts/strip';

const find = (path: readonly string[]) => {
  for (const entry of pages) {
    const params = match(entry.path, path);
    if (params !== undefined) return { entry, params };
  }
  return undefined;
};

const Tabs = ({ role }: { role: Role | undefined }) => (
  <nav class="tabs" aria-label="Roles">
    {roles.map((tab) => (
      <a key={tab} href={`#/${tab}`} aria-current={tab === role ? 'true' : undefined}>
        {inWords(tab)}
      </a>
    ))}
  </nav>
);

const NavigationLinks = ({ of, current }: { of: readonly PageEntry[]; current: string | undefined }) => (
  <>
    {of.map(({ nav, path }) => (
      <a key={nav} href={linkTo(path)} aria-current={nav === current ? 'page' : undefined}>
        {nav}
      </a>
    ))}
  </>
);

/** The pages of a role: beside the content, or on a phone behind a button. */
const Navigation = ({ role, at }: { role: Role; at: PageEntry | undefined }) => {
  const [open, setOpen] = useState(false);
  const current = at?.under ?? at?.nav;
  useEffect(() => setOpen(false), [at]);
  const own = pages.filter(({ path, nav }) => path[0] === role && nav !== undefined);
  const groups = [...new Set(own.map(({ group }) => group))];
  return (
    <div class="sidebar">
      <button
        type="button"
        class="button menu"
        aria-expanded={open}
        aria-controls="pages"
        onClick={() => setOpen(!open)}
      >
        <span aria-hidden="true">☰</span> {current ?? 'Pages'}
      </button>
      <nav id="pages" class={open ? 'pages open' : 'pages'} aria-label={`Pages for the ${role}`}>
        {groups.map((group) => (
          <div key={group ?? ''} class="pages-group">
            {group !== undefined && <h2>{group}</h2>}
            <NavigationLinks of={own.filter((one) => one.group === group)} current={current} />
          </div>
        ))}
      </nav>
    </div>
  );
};

const NotFound = () => (
  <Page title="Page not found" lead="No page has this address.">
    <a href="#/">Go to the start page</a>
  </Page>
);

/** Ctrl+K, or Cmd+K, opens the search. */
const useSearchKey = (open: () => void): void => {
  const latest = useRef(open);
  latest.current = open;
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
};

const StripOf = ({ role, apis }: { role: Role | undefined; apis: ReturnType<typeof useSessions>['apis'] }) =>
  role === undefined ? null : <Strip api={apis[role]} role={role} />;

export const App = () => {
  const place = useRoute();
  const { sessions, apis, put, leave, isReady } = useSessions();
  const [isSearching, setSearching] = useState(false);
  const found = find(place.path);
  const role = roles.find((one) => one === place.path[0]);
  const signedIn = roles.filter((one) => sessions[one] !== undefined);
  const searchRole = signedIn.find((one) => one === role) ?? signedIn[0];
  useSearchKey(() => setSearching(searchRole !== undefined));
  const signOut = (): void => {
    leave();
    goTo('#/');
  };

  const content = () => {
    if (place.path.length === 0) return <Start />;
    if (found === undefined) return <NotFound />;
    const { entry, params } = found;
    const session = sessions[entry.role];
    if (session === undefined) {
      return isReady ? <SignIn role={entry.role} teller={apis.teller} put={put} /> : null;
    }
    const Content = entry.page;
    const key = [...entry.path, session.customerId, ...Object.values(params)].join(' ');
    return (
      <>
        <Content
          key={key}
          api={apis[entry.role]}
          session={session}
          params={params}
          query={place.query}
          others={Object.fromEntries(signedIn.map((one) => [one, apis[one]]))}
        />
        {session.ended && <SignInAgain role={entry.role} teller={apis.teller} put={put} leave={signOut} />}
      </>
    );
  };

  return (
    <>
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          document.querySelector<HTMLElement>('main h1')?.focus();
        }}
      >
        Skip to content
      </a>
      <header class="top">
        <div class="top-row">
          <a class="brand" href="#/">
            <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
              <rect width="32" height="32" rx="8" />
              <path d="M7 11l9-5 9 5v2H7zM9 15h3v7H9zM14.5 15h3v7h-3zM20 15h3v7h-3zM7 24h18v2H7z" />
            </svg>
            Bankside
          </a>
          <Tabs role={role} />
          <div class="top-links">
            {searchRole !== undefined && (
              <button
                type="button"
                class="search-button"
                aria-keyshortcuts="Control+K"
                onClick={() => setSearching(true)}
              >
                Search <kbd aria-hidden="true">Ctrl K</kbd>
              </button>
            )}
            <a href="/docs">API</a>
            {signedIn.length > 0 && (
              <button type="button" class="link" onClick={signOut}>
                Sign out
              </button>
            )}
          </div>
        </div>
      </header>
      <StripOf role={searchRole} apis={apis} />
      <div class={role === undefined ? 'frame' : 'frame with-side'}>
        {role !== undefined && <Navigation role={role} at={found?.entry} />}
        <main id="content">{content()}</main>
      </div>
      {isSearching && searchRole !== undefined && (
        <Search
          role={searchRole}
          api={apis[searchRole]}
          customerId={sessions[searchRole]?.customerId}
          pages={pages}
          onClose={() => setSearching(false)}
        />
      )}
    </>
  );
};
