import { customerScopeOf, STAFF } from '@bankside/auth';
import { owners } from '@bankside/contracts';
import type { storyOperations, StoryCommits } from '@bankside/contracts/http';
import { pathOf } from '@bankside/dapr';
import { notFound } from '@bankside/http';
import { isOutage } from '@bankside/std';
import { GATEWAY } from '../invoke-as';
import type { CallContext } from '../request-context';
import type { Handlers } from '../router';
import { forCustomer, storyOf } from '../stories/story';
import { ok, type Upstream } from '../upstream';

const ORDER = 'order-';

/** The body of a successful response; undefined if the service does not respond or fails. */
const partOf = async <T>(
  { get }: Upstream,
  { service, path }: Readonly<{ service: string; path: string }>,
  headers: CallContext['headers'],
): Promise<T | undefined> => {
  try {
    const { status, body } = await get(service, path, { actor: GATEWAY, headers });
    return status === 200 ? (body as T) : undefined;
  } catch (error) {
    if (isOutage(error)) return undefined;
    throw error;
  }
};

const noStory = () => notFound('story with this correlation id');

/**
 * Customers read the stories of their own orders only, and the owner of orders decides whose they are.
 * @throws Problem 404 for any other story
 */
const requireOwnOrder = async ({ get }: Upstream, path: string, call: CallContext): Promise<void> => {
  const { status, body } = await get('orders', path, { ...call, actor: GATEWAY });
  const commits = status === 200 ? (body as StoryCommits).commits : [];
  const orderIds = commits.flatMap(({ stream }) =>
    stream.startsWith(ORDER) ? [stream.slice(ORDER.length)] : [],
  );
  for (const orderId of new Set(orderIds))
    if ((await get('orders', pathOf('orders', orderId), call)).status === 200) return;
  throw noStory();
};

export const storyHandlers = (services: Upstream): Pick<Handlers, keyof typeof storyOperations> => ({
  getStory: async ({ params: { correlationId }, actor, headers }) => {
    const path = pathOf('stories', correlationId);
    const isCustomer = customerScopeOf(actor, STAFF) !== undefined;
    if (isCustomer) await requireOwnOrder(services, path, { actor, headers });
    const parts = await Promise.all(
      owners.map(async (service) => ({
        service,
        part: await partOf<StoryCommits>(services, { service, path }, headers),
      })),
    );
    const story = storyOf({
      correlationId,
      commits: parts.flatMap(({ part }) => part?.commits ?? []),
      more: parts.some(({ part }) => part?.more),
      missing: parts.flatMap(({ service, part }) => (part === undefined ? [service] : [])),
    });
    if (story.entries.length === 0 && story.complete) throw noStory();
    return ok(isCustomer ? forCustomer(story) : story);
  },
});
