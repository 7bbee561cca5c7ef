import { useEffect, useRef } from 'preact/hooks';
import { linkTo, match } from './lib/route';
import type { Role } from './lib/roles';
import { goTo, useRoute } from './lib/use-route';
import { useSessions } from './lib/use-sessions';
import { inWords } from './lib/in-words';
import { SignIn } from './pages/start/sign-in';
import { Start } from './pages/start/start';
import { pages } from './pages';
import type { PageEntry } from './page-props';
import { Page } from './parts/basics';

const TABS: readonly Role[] = ['customer', 'teller', 'operator'];

const find = (path: readonly string[]) => {
  for (const entry of pages) {
    const params = match(entry.path, path);
    if (params !== undefined) return { entry, params };
  }
  return undefined;
};

const Tabs = ({ role }: { role: Role | undefined }) => (
  <nav class="tabs" aria-label="Roles">
    {TABS.map((tab) => (
      <a key={tab} href={`#/${tab}`} aria-current={tab === role ? 'true' : undefined}>
        {inWords(tab)}
      </a>
    ))}
  </nav>
);

const PageList = ({ role, at }: { role: Role; at: PageEntry | undefined }) => {
  const list = useRef<HTMLElement>(null);
  const current = at?.under ?? at?.nav;
  // On a phone the navigation is wider than the window.
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [current]);
  return (
    <div class="pages-band">
      <nav class="pages" ref={list} aria-label={`Pages for the ${role}`}>
        {pages
          .filter((entry) => entry.path[0] === role && entry.nav !== undefined)
          .map(({ nav, path }) => (
            <a key={nav} href={linkTo(path)} aria-current={nav === current ? 'page' : undefined}>
              {nav}
            </a>
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

export const App = () => {
  const place = useRoute();
  const { sessions, apis, put, leave } = useSessions();
  const found = find(place.path);
  const role = TABS.find((tab) => tab === place.path[0]);

  const content = () => {
    if (place.path.length === 0) return <Start />;
    if (found === undefined) return <NotFound />;
    const { entry, params } = found;
    const session = sessions[entry.role];
    if (session === undefined) return <SignIn role={entry.role} teller={apis.teller} put={put} />;
    const Content = entry.page;
    const key = [session.customerId, ...Object.values(params)].join(' ');
    return <Content key={key} api={apis[entry.role]} session={session} params={params} query={place.query} />;
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
            <a href="/docs">API</a>
            {Object.keys(sessions).length > 0 && (
              <button
                type="button"
                class="link"
                onClick={() => {
                  leave();
                  goTo('#/');
                }}
              >
                Sign out
              </button>
            )}
          </div>
        </div>
        {role !== undefined && <PageList role={role} at={found?.entry} />}
      </header>
      <main id="content">{content()}</main>
    </>
  );
};
