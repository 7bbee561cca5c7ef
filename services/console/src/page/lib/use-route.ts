import { useEffect, useState } from 'preact/hooks';
import { roles, type Role } from './roles';
import { parseRoute, type Route } from './route';

/** The current place; rerenders on navigation. */
export const useRoute = (): Route => {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const moved = (): void => setHash(location.hash);
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, []);
  return parseRoute(hash);
};

/** Changes the address without a new entry in the history, as for each letter that is typed. */
export const replaceWith = (link: string): void => {
  history.replaceState(history.state, '', link);
  dispatchEvent(new Event('hashchange'));
};

/** The role of the page that is shown. */
export const roleHere = (): Role => {
  const [first] = parseRoute(location.hash).path;
  return roles.find((role) => role === first) ?? 'customer';
};

export const goTo = (link: string): void => {
  location.hash = link.replace(/^#/, '');
};
