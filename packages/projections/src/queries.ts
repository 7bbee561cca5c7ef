import { StaleReadError } from './checkpoints';
import type { ListPage, ListRequest, ProjectionStore } from './stores/store';
import type { Projection, ProjectionVersion } from './projection';
import type { VersionCache } from './versions';

/** A version cache older than this is refreshed when a query finds nothing: its version may have been replaced. */
const MAX_CACHE_AGE_MS = 1_000;

/** The writer of a version in this process, which has documents in memory. */
type DocumentReader = Readonly<{
  /** @returns undefined while it does not know the document as it is stored now */
  read: (key: string) => Promise<Readonly<{ document: object; rev: number }> | undefined>;
}>;

type ProjectionQueriesOptions = Readonly<{
  projection: Projection;
  versions: VersionCache;
  storeOf: (projection: Projection) => ProjectionStore;
  writer: (version: ProjectionVersion) => DocumentReader | undefined;
}>;

/** Queries the active version of a projection. */
export const projectionQueries = ({ projection, versions, storeOf, writer }: ProjectionQueriesOptions) => {
  const current = async (): Promise<ProjectionVersion> => {
    const known = versions.active(projection);
    if (known) return known;
    await versions.refresh();
    const active = versions.active(projection);
    if (active === undefined) throw new StaleReadError(`${projection.name} does not exist yet`);
    return active;
  };

  /** Retries with the new version when the queried one was replaced and returned nothing, or no longer exists. */
  const ask = async <T>(
    query: (version: ProjectionVersion) => Promise<T>,
    isNothing: (response: T) => boolean,
  ): Promise<T> => {
    const version = await current();
    const result = query(version);
    const response = await result.catch(() => undefined);
    if (response !== undefined && !isNothing(response)) return response;
    await versions.refreshIfOlder(MAX_CACHE_AGE_MS);
    const now = await current();
    return now.number === version.number ? result : query(now);
  };

  const store = storeOf(projection);
  const get = async (version: ProjectionVersion, key: string): Promise<object | undefined> => {
    const stored = await writer(version)?.read(key);
    if (stored === undefined) return store.get(version, key);
    return stored.rev > 0 ? stored.document : undefined;
  };

  return {
    /** Runs a query of one's own on the active version. */
    read: ask,
    get: (key: string): Promise<object | undefined> =>
      ask(
        (version) => get(version, key),
        (document) => document === undefined,
      ),
    list: (request: ListRequest): Promise<ListPage> =>
      ask(
        (version) => store.list(version, request),
        ({ documents }) => documents.length === 0,
      ),
  };
};

export type ProjectionQueries = ReturnType<typeof projectionQueries>;
