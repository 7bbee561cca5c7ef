import { staffOnly } from '@bankside/auth';
import { notFound, Problem } from '@bankside/http';
import { Router } from 'express';
import { audit } from '../audit';
import { auditRunner } from '../audit-runner';
import type { PartitionLag } from '../lag';
import { projectionNamed, type OperationDeps } from './operations';
import { idempotently } from './idempotently';
import { type Projection, versionName } from '../projection';

const worst = (partitionFeeds: readonly PartitionLag[]): PartitionLag['state'] =>
  (['stuck', 'unknown', 'behind'] as const).find((state) =>
    partitionFeeds.some((feedPartition) => feedPartition.state === state),
  ) ?? 'current';

const AUDIT_RETRY_AFTER_SECONDS = 1;

/** How views are, and what an operator may do to them. */
export const projectionRoutes = (deps: OperationDeps): Router => {
  const {
    projections,
    versions,
    registry,
    leases,
    lag,
    deadLetters: letters,
    requests,
    feeds,
    storeOf,
  } = deps;
  const once = idempotently(requests);
  const audited = auditRunner({
    run: (version) => audit(version, storeOf(version.projection), feeds.all(version.projection)),
  });

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
      deadLetters: active ? await letters.count(versionName({ projection, number: active.number })) : 0,
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
    res.json(await describe(projectionNamed(projections, req.params.name)));
  });
  router.post('/:name/rebuild', async (req, res) => {
    const projection = projectionNamed(projections, req.params.name);
    await once(req, res, {
      status: 202,
      decide: (client) => registry.rebuild(projection, client),
      refusal: () => new Problem({ name: 'rebuild-running', detail: `${projection.name} is being rebuilt.` }),
      answer: async () => {
        await leases.notify({ about: 'versions' });
        await versions.refresh();
        return describe(projection);
      },
    });
  });
  router.get('/:name/audit', async (req, res) => {
    const projection = projectionNamed(projections, req.params.name);
    await versions.refresh();
    const version = versions.active(projection);
    if (version === undefined) throw notFound(`projection ${projection.name}`);
    const found = await audited(version);
    if (found === undefined)
      throw new Problem({
        name: 'audit-running',
        detail: `${projection.name} is being compared with all its events. Ask again.`,
        retryAfter: AUDIT_RETRY_AFTER_SECONDS,
      });
    res.json(found);
  });
  return router;
};
