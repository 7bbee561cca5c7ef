import { contracts, masked, type EventEnvelope } from '@bankside/contracts';
import { badRequest } from '@bankside/http';
import { customerScopeOf, seesPersons, STAFF, type Actor } from '@bankside/auth';
import type * as z from 'zod';
import type { HasLeft } from '../auth/standing';
import type { Cursor, CursorCodec } from '../live/cursor';
import type { LiveHub } from '../live/hub';
import type { LivePlaces } from '../live/places';
import { streamEvents } from '../live/stream';
import type { Handlers } from '../router';
import { ok } from '../upstream';

export type LiveDeps = Readonly<{
  hub: LiveHub;
  codec: CursorCodec;
  places: LivePlaces;
  hasLeft: HasLeft;
  stopping: AbortSignal;
}>;

const isAbout = (event: EventEnvelope, customerId: string): boolean =>
  (event.data as Readonly<{ customerId?: unknown }>).customerId === customerId;

/** An event without the positions, which show how much the whole bank does. */
const withoutPositions = (
  { feedpartition: _partition, feedposition: _position, ...event }: EventEnvelope,
  codec: CursorCodec,
): object => ({ ...event, id: codec.eventId(event.id) });

const schemas = new Map<string, z.ZodObject>(
  Object.values(contracts).flatMap((owned) => Object.entries<z.ZodObject>(owned)),
);
const withoutPersons = (event: EventEnvelope): object => ({
  ...event,
  data: masked(schemas.get(event.type), event.data),
});

/** Customers see events about themselves, tellers see all events, and operators see all with persons masked. */
const shownTo = (actor: Actor, scope: string | undefined, codec: CursorCodec) => (event: EventEnvelope) => {
  if (scope === undefined) return seesPersons(actor) ? event : withoutPersons(event);
  return isAbout(event, scope) ? withoutPositions(event, codec) : undefined;
};

const cursorOf = (header: string | undefined, query: string | undefined, codec: CursorCodec): Cursor => {
  const text = header ?? query;
  const cursor = text === undefined ? new Map<string, number>() : codec.open(text);
  if (cursor !== undefined) return cursor;
  const [pointer, name] =
    header === undefined ? ['cursor', 'cursor'] : ['header:Last-Event-ID', 'Last-Event-ID'];
  const detail = 'must be the id of a live event';
  throw badRequest(`${name} ${detail}.`, [{ pointer, detail }]);
};

export const liveHandlers = ({
  hub,
  codec,
  places,
  hasLeft,
  stopping,
}: LiveDeps): Pick<Handlers, 'liveEvents' | 'listEvents'> => ({
  listEvents: async ({ query: { source, until, limit, cursor } }) => {
    const from = cursor === undefined ? undefined : cursorOf(undefined, cursor, codec);
    const { events, missing, next } = await hub.history({ source, until, limit, from });
    return ok({ events, missing, ...(next !== undefined && { next: codec.seal(next) }) });
  },
  liveEvents: ({ actor, query, req }) => {
    const scope = customerScopeOf(actor, STAFF);
    const options = {
      hub,
      codec,
      stopping,
      cursor: cursorOf(req.get('last-event-id'), query.cursor, codec),
      source: query.source,
      shown: shownTo(actor, scope, codec),
      narrow: scope !== undefined,
      isRevoked: async () => scope !== undefined && hasLeft(actor),
    };
    const leave = places(actor.subject, scope === undefined);
    return Promise.resolve({ stream: (res) => streamEvents(res, options).finally(leave) });
  },
});
