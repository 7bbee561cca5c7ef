import type { EventEnvelope } from '@bankside/contracts';
import { badRequest, Problem } from '@bankside/http';
import { customerScopeOf, type Actor } from '@bankside/auth';
import { parseCursor, type Cursor } from '../live/cursor';
import type { LiveHub } from '../live/hub';
import { streamEvents } from '../live/stream';
import type { Handlers } from '../router';

/** Concurrent readers of one process. */
const MAX_STREAMS = 500;

export type LiveDeps = Readonly<{ hub: LiveHub; stopping: AbortSignal }>;

/** Customers see events about themselves; staff sees all. */
const visibleTo = (who: Actor, source: string | undefined) => {
  const bound = customerScopeOf(who, ['teller', 'operator']);
  return (event: EventEnvelope): boolean =>
    (source === undefined || event.source === source) &&
    (bound === undefined || (event.data as Readonly<{ customerId?: unknown }>).customerId === bound);
};

const cursorOf = (text: string | undefined): Cursor => {
  const cursor = text === undefined ? new Map<string, number>() : parseCursor(text);
  if (cursor !== undefined) return cursor;
  const detail = 'must be the id of a live event';
  throw badRequest(`Last-Event-ID ${detail}.`, [{ pointer: 'header:Last-Event-ID', detail }]);
};

export const liveHandlers = ({ hub, stopping }: LiveDeps): Pick<Handlers, 'liveEvents'> => {
  let streams = 0;
  return {
    liveEvents: ({ actor, query, req }) => {
      const options = {
        hub,
        stopping,
        cursor: cursorOf(req.get('last-event-id') ?? query.after),
        visible: visibleTo(actor, query.source),
      };
      if (streams >= MAX_STREAMS)
        throw new Problem({
          name: 'too-many-readers',
          detail: 'Too many readers of live events. Try again later.',
          retryAfter: 10,
        });
      return Promise.resolve({
        stream: async (res) => {
          streams += 1;
          await streamEvents(res, options).finally(() => {
            streams -= 1;
          });
        },
      });
    },
  };
};
