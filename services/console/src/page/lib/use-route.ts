import { useEffect, useState } from 'preact/hooks';
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

export const goTo = (link: string): void => {
  location.hash = link.replace(/^#/, '');
};
