import { notFound } from '@bankside/http';
import type { Pool } from 'pg';
import type { LeaseManager } from '../lease-manager';
import type { DeadLetterStore } from '../dead-letters';
import type { OperatorRequests } from '../operator-requests';
import type { ProjectionFeeds } from '../feeds';
import type { ProjectionLag } from '../lag';
import type { ProjectionStore } from '../stores/store';
import type { Projection } from '../projection';
import type { VersionRegistry, VersionCache } from '../versions';

/** What the routes for operators work with. */
export type OperationDeps = Readonly<{
  projections: readonly Projection[];
  versions: VersionCache;
  registry: VersionRegistry;
  leases: LeaseManager;
  lag: ProjectionLag;
  deadLetters: DeadLetterStore;
  requests: OperatorRequests;
  feeds: ProjectionFeeds;
  storeOf: (projection: Projection) => ProjectionStore;
  pool: Pool;
}>;

/** @throws Problem 404 */
export const projectionNamed = (projections: readonly Projection[], name: string): Projection => {
  const projection = projections.find((one) => one.name === name);
  if (projection === undefined) throw notFound(`projection ${name}`);
  return projection;
};
