import type { ProjectionVersion, ListPage, ListRequest, ProjectionStore } from './stores/store';
import type { Projection } from './projection';
import type { VersionCache } from './version-cache';
import { StaleReadError } from './checkpoint-waiter';

/** What a replica knows of generations may be so old when it finds nothing: the one that it read may be dropped by now. */
const TRUSTED_MS = 1_000;

export type ProjectionQueriesOptions = Readonly<{
  projection: Projection;
  versions: VersionCache;
  storeOf: (projection: Projection) => ProjectionStore;
}>;

/** Reads a view, whichever of its generations is the one to be read. */
export const projectionQueries = ({ projection, versions, storeOf }: ProjectionQueriesOptions) => {
  const current = async (): Promise<ProjectionVersion> => {
    const known = versions.active(projection);
    if (known) return known;
    await versions.refresh();
    const active = versions.active(projection);
    if (active === undefined) throw new StaleReadError(`${projection.name} is not there yet`);
    return active;
  };

  /** Asks again if nothing was found in what has been replaced meanwhile, or if that could not even be asked any more. */
  const ask = async <T>(
    question: (version: ProjectionVersion) => Promise<T>,
    isNothing: (answer: T) => boolean,
  ): Promise<T> => {
    const version = await current();
    const asked = question(version);
    const answer = await asked.catch(() => undefined);
    if (answer !== undefined && !isNothing(answer)) return answer;
    await versions.refreshIfOlder(TRUSTED_MS);
    const now = await current();
    return now.number === version.number ? asked : question(now);
  };

  const store = storeOf(projection);
  return {
    get: (key: string): Promise<object | undefined> =>
      ask(
        (version) => store.get(version, key),
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
