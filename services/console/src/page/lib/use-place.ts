import { useEffect, useState } from 'preact/hooks';
import { placeOf, type Place } from './route';

/** The current place; rerenders on navigation. */
export const usePlace = (): Place => {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const moved = (): void => setHash(location.hash);
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, []);
  return placeOf(hash);
};

export const goTo = (link: string): void => {
  location.hash = link.replace(/^#/, '');
};
