import { customerScopeOf, STAFF } from '@bankside/auth';
import { owners, servicesWithConsumers } from '@bankside/contracts';
import type { DeliveriesResponse, storyOperations, StoryCommits } from '@bankside/contracts/http';
import { pathOf } from '@bankside/dapr';
import { notFound, Problem } from '@bankside/http';
import { isOutage } from '@bankside/std';
import { GATEWAY, ok, type Upstream } from '../upstream';
import type { CallContext } from '../request-context';
import type { Handlers } from '../router';
import type { LastingSagas } from '../lasting-sagas';
import type { RequestLog } from '../stories/request-log';
import { stepOf, type StorySaga } from '../stories/saga-entries';
import { forCustomer, storyOf } from '../stories/story';
import { readFromAll } from '../read-services';
import { withQuery } from '../with-query';

/** The order of a stream of orders. */
const orderIdOf = (stream: string): readonly string[] =>
  stream.startsWith('order-') ? [stream.slice('order-'.length)] : [];
/** Events of one request to a consumer, which names them in its URL. */
const EVENTS_AT_ONCE = 50;

/** Sagas of one story that are looked up by its id. */
const MAX_SAGAS = 50;

type Part<T, Service> = Readonly<{ service: Service; part: T | undefined }>;

const noStory = () => notFound('story with this correlation id');

/** `part` is undefined for a service that does not respond or fails. */
const readParts = async <T, Service extends string>(
  upstream: Upstream,
  services: readonly Service[],
  path: string,
  headers: CallContext['headers'],
): Promise<readonly Part<T, Service>[]> => {
  const all = await readFromAll(upstream, services, path, { actor: GATEWAY, headers });
  return all.map(({ service, response }) => ({
    service,
    part: response?.status === 200 ? (response.body as T) : undefined,
  }));
};

/**
 * Customers read the stories of their own orders only, and the owner of orders decides whose they are.
 * @throws Problem 404 for any other story
 */
const requireOwnOrder = async ({ get }: Upstream, path: string, call: CallContext): Promise<void> => {
  const { status, body } = await get('orders', path, { ...call, actor: GATEWAY });
  const commits = status === 200 ? (body as StoryCommits).commits : [];
  const orderIds = commits.flatMap(({ stream }) => orderIdOf(stream));
  for (const orderId of new Set(orderIds))
    if ((await get('orders', pathOf('orders', orderId), call)).status === 200) return;
  throw noStory();
};

/** The deliveries of the events of some commits to all consumers. */
const readConsumptions = async (
  services: Upstream,
  commits: StoryCommits['commits'],
  headers: CallContext['headers'],
): Promise<readonly Part<DeliveriesResponse, (typeof servicesWithConsumers)[number]>[]> => {
  const events = commits.flatMap(({ published }) => published.map(({ id, type }) => `${id}/${type}`));
  const pages = Array.from({ length: Math.ceil(events.length / EVENTS_AT_ONCE) }, (_, page) =>
    events.slice(page * EVENTS_AT_ONCE, (page + 1) * EVENTS_AT_ONCE),
  );
  const read = await Promise.all(
    pages.map((page) =>
      readParts<DeliveriesResponse, (typeof servicesWithConsumers)[number]>(
        services,
        servicesWithConsumers,
        withQuery('deliveries', { events: page.join() }),
        headers,
      ),
    ),
  );
  return read.flat();
};

type FoundSagas = Readonly<{ sagas: readonly StorySaga[]; missing: readonly string[] }>;

/** The sagas of a story: those that are found by it, and those that its commits name. */
const readSagas = async (
  { list, find }: LastingSagas,
  correlationId: string,
  commits: StoryCommits['commits'],
): Promise<FoundSagas> => {
  const named = commits.flatMap(({ causedBy, stream }) => [
    ...(stepOf(causedBy) === undefined ? [] : [stepOf(causedBy)!.sagaId]),
    ...orderIdOf(stream), // Of the saga of the order as well, which the search may not find yet.
  ]);
  try {
    const listed = await list({ correlationId, limit: MAX_SAGAS }, { isPatient: true });
    const ids = new Set([...listed.sagas.map(({ sagaId }) => sagaId), ...named]);
    const found = await Promise.all(
      [...ids].map((sagaId) =>
        find(sagaId).catch((error: unknown) => {
          if (error instanceof Problem && error.options.name === 'not-found') return undefined; // Without a record.
          throw error;
        }),
      ),
    );
    return {
      sagas: found
        .filter((saga) => saga !== undefined)
        .filter(({ attributes }) => (attributes['correlationId'] ?? correlationId) === correlationId),
      missing: listed.complete ? [] : ['worker'],
    };
  } catch (error) {
    if (isOutage(error)) return { sagas: [], missing: ['temporal'] };
    throw error;
  }
};

type StoryReaders = Readonly<{
  sagas: LastingSagas;
  requests: Pick<RequestLog, 'of'>;
  now: () => number;
}>;

export const storyHandlers = (
  services: Upstream,
  { sagas, requests, now }: StoryReaders,
): Pick<Handlers, keyof typeof storyOperations> => ({
  getStory: async ({ params: { correlationId }, actor, headers }) => {
    const path = pathOf('stories', correlationId);
    const isCustomer = customerScopeOf(actor, STAFF) !== undefined;
    if (isCustomer) await requireOwnOrder(services, path, { actor, headers });
    const owned = await readParts<StoryCommits, (typeof owners)[number]>(services, owners, path, headers);
    const commits = owned.flatMap(({ part }) => part?.commits ?? []);
    const [consumed, found, handled] = await Promise.all([
      readConsumptions(services, commits, headers),
      readSagas(sagas, correlationId, commits),
      requests.of(correlationId).catch(() => undefined),
    ]);
    const missing = [...owned, ...consumed].flatMap(({ service, part }) =>
      part === undefined ? [service] : [],
    );
    const story = storyOf({
      correlationId,
      commits,
      requests: handled ?? [],
      sagas: found.sagas,
      consumptions: consumed.flatMap(({ service, part }) =>
        part === undefined ? [] : [{ service, ...part }],
      ),
      more: owned.some(({ part }) => part?.more),
      missing: [...new Set([...missing, ...found.missing, ...(handled === undefined ? ['gateway'] : [])])],
      now: now(),
    });
    if (story.entries.length + story.requests.length === 0 && story.complete) throw noStory();
    return ok(isCustomer ? forCustomer(story) : story);
  },
});
