import { staffOnly } from '@bankside/auth';
import { deadLetters, type PartitionLag } from '@bankside/feed';
import { notFound, Problem } from '@bankside/http';
import { sumOf } from '@bankside/std';
import { onceOnly } from '@bankside/runtime';
import { Router } from 'express';
import type { Pool } from 'pg';
import { audit, auditRunner } from '../audit';
import type { ProjectionFeeds } from '../feeds';
import type { ProjectionLag } from '../lag';
import type { LeaseManager } from '../lease-manager';
import { versionName, type Projection } from '../projection';
import type { ProjectionStore } from '../stores/store';
import type { VersionCache, VersionRegistry } from '../versions';

const AUDIT_RETRY_AFTER_SECONDS = 1;

type ProjectionOperations = Readonly<{
  projections: readonly Projection[];
  versions: VersionCache;
  registry: VersionRegistry;
  leases: Pick<LeaseManager, 'notify'>;
  lag: ProjectionLag;
  feeds: ProjectionFeeds;
  storeOf: (projection: Projection) => ProjectionStore;
  pool: Pool;
}>;

const worst = (lags: readonly PartitionLag[]): PartitionLag['state'] =>
  (['stuck', 'unknown', 'behind'] as const).find((state) => lags.some((one) => one.state === state)) ??
  'current';

/** State, rebuild and audit of projections, for operators. */
export const projectionRoutes = (operations: ProjectionOperations): Router => {
  const { projections, versions, registry, leases, lag, feeds, storeOf, pool } = operations;
  const once = onceOnly(pool);
  const audited = auditRunner({
    run: async (version) =>
      audit(version, storeOf(version.projection), await feeds.of(version.projection.sources)),
  });

  const projectionOf = (name: string): Projection | undefined => projections.find((one) => one.name === name);
  const unknownProjection = (name: string): Problem => notFound(`projection ${name}`);

  /** @throws Problem 404 */
  const projectionNamed = (name: string): Projection => {
    const projection = projectionOf(name);
    if (projection === undefined) throw unknownProjection(name);
    return projection;
  };

  const countDeadLetters = async (projection: Projection): Promise<number> => {
    const active = versions.active(projection);
    const counts = active ? await deadLetters.counts(pool, versionName(active)) : new Map<string, number>();
    return sumOf([...counts.values()]);
  };

  const describe = async (projection: Projection) => {
    const { active, building } = versions.of(projection);
    const sources = await lag.of(projection);
    return {
      name: projection.name,
      store: projection.store,
      definitionVersion: projection.version,
      state: worst(sources),
      activeVersion: active?.number,
      ...(active && active.definitionVersion !== projection.version && { outdated: true }),
      ...(building && {
        rebuild: { version: building.number, startedAt: building.startedAt, ...building.progress },
      }),
      deadLetters: await countDeadLetters(projection),
      sources,
    };
  };

  const router = Router();
  router.use(staffOnly);
  router.get('/', async (_req, res) => {
    await versions.refresh();
    res.json({ projections: await Promise.all(projections.map(describe)) });
  });
  router.get('/:name', async (req, res) => {
    await versions.refresh();
    res.json(await describe(projectionNamed(req.params.name)));
  });
  router.post('/:name/rebuild', async (req, res) => {
    const { name } = req.params;
    await once(req, res, {
      status: 202,
      decide: async (client) => {
        const projection = projectionOf(name);
        if (projection === undefined) return unknownProjection(name);
        if (await registry.rebuild(projection, client)) return undefined;
        return new Problem({ name: 'rebuild-running', detail: `${name} is being rebuilt.` });
      },
      respond: async () => {
        await leases.notify({ about: 'versions' });
        await versions.refresh();
        return describe(projectionNamed(name));
      },
    });
  });
  router.get('/:name/documents/:key', async (req, res) => {
    const projection = projectionNamed(req.params.name);
    await versions.refresh();
    const version = versions.active(projection);
    const [stored] = version ? await storeOf(projection).load(version, [req.params.key]) : [];
    if (version === undefined || stored === undefined || stored.rev === 0)
      throw notFound(`document ${req.params.key} of ${projection.name}`);
    const { key, rev, applied, document } = stored;
    res.json({ key, version: version.number, changes: rev, applied, document });
  });
  router.get('/:name/audit', async (req, res) => {
    const projection = projectionNamed(req.params.name);
    await versions.refresh();
    const version = versions.active(projection);
    if (version === undefined) throw notFound(`projection ${projection.name}`);
    const result = await audited(version);
    if (result === undefined)
      throw new Problem({
        name: 'audit-running',
        detail: `${projection.name} is being compared with all its events. Repeat the request.`,
        retryAfter: AUDIT_RETRY_AFTER_SECONDS,
      });
    res.json(result);
  });
  return router;
};
