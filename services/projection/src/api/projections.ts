import { notFound, Problem } from '@bankside/http';
import { staffOnly } from '@bankside/auth';
import { Router } from 'express';
import { audit } from '../runner/audit';
import { audits } from '../runner/audits';
import type { PlaceLag } from '../runner/lag';
import { nameOf } from '../store/port';
import type { View } from '../view';
import { viewNamed, type OperationDeps } from './deps';
import { onceOnly } from './once';

const worst = (places: readonly PlaceLag[]): PlaceLag['state'] =>
  (['stuck', 'unknown', 'behind'] as const).find((state) => places.some((place) => place.state === state)) ??
  'current';

const AUDIT_RETRY_AFTER_SECONDS = 1;

/** How views are, and what an operator may do to them. */
export const projectionRoutes = (deps: OperationDeps): Router => {
  const { views, directory, registry, keeper, lag, letters, requests, feeds, storeOf } = deps;
  const once = onceOnly(requests);
  const audited = audits({
    run: (generation) => audit(generation, storeOf(generation.view), feeds.allPlaces(generation.view)),
  });

  const describe = async (view: View) => {
    const { active, building } = directory.of(view);
    const sources = await lag.of(view);
    return {
      name: view.name,
      store: view.store,
      version: view.version,
      state: worst(sources),
      generation: active?.number,
      ...(active && active.version !== view.version && { outdated: true }),
      ...(building && {
        rebuild: { generation: building.number, startedAt: building.startedAt, ...building.progress },
      }),
      deadLetters: active ? await letters.count(nameOf({ view, number: active.number })) : 0,
      sources,
    };
  };

  const router = Router();
  router.use(staffOnly);
  router.get('/', async (_req, res) => {
    await directory.refresh();
    res.json({ projections: await Promise.all(views.map(describe)) });
  });
  router.get('/:name', async (req, res) => {
    await directory.refresh();
    res.json(await describe(viewNamed(views, req.params.name)));
  });
  router.post('/:name/rebuild', async (req, res) => {
    const view = viewNamed(views, req.params.name);
    await once(req, res, {
      status: 202,
      decide: (client) => registry.rebuild(view, client),
      refusal: () =>
        new Problem({ name: 'rebuild-running', status: 409, detail: `${view.name} is being rebuilt.` }),
      answer: async () => {
        await keeper.notify({ about: 'generations' });
        await directory.refresh();
        return describe(view);
      },
    });
  });
  router.get('/:name/audit', async (req, res) => {
    const view = viewNamed(views, req.params.name);
    await directory.refresh();
    const generation = directory.active(view);
    if (generation === undefined) throw notFound(`projection ${view.name}`);
    const found = await audited(generation);
    if (found === undefined)
      throw new Problem({
        name: 'audit-running',
        status: 503,
        detail: `${view.name} is being compared with all its events. Ask again.`,
        retryAfter: AUDIT_RETRY_AFTER_SECONDS,
      });
    res.json(found);
  });
  return router;
};
