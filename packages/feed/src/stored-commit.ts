import type { Commit, StoredCommit } from '@bankside/kernel';

/** The stream and revision of a key `s/<stream>/<revision>`. */
export const placeOf = (key: string): Readonly<{ stream: string; revision: number }> => {
  const [, stream = '', revision = ''] = key.split('/');
  return { stream: decodeURIComponent(stream), revision: Number(revision) };
};

/** The commit of a row, from its key and its JSON. Spreading what `JSON.parse` returns would take twice as long as parsing it. */
export const storedCommit = (key: string, json: string): Commit =>
  Object.assign(JSON.parse(json) as StoredCommit, placeOf(key));
