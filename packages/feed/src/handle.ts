import type { EventEnvelope } from '@bankside/contracts';
import type { PoolClient } from 'pg';

type Apply = (client: PoolClient, events: readonly EventEnvelope[]) => Promise<void>;

/**
 * Makes the effect of events through this connection, within its transaction. A thrown `Poison` parks the event at once;
 * any other error repeats the batch, see `postgresSink`.
 */
export type Handle = Apply &
  Readonly<{
    /** Whether an event has an effect. Default: each has. A batch without any moves the checkpoint and no more. */
    concerns?: (event: EventEnvelope) => boolean;
  }>;

/** A handler of events that ignores those without an effect. */
export const concernedWith = (concerns: (event: EventEnvelope) => boolean, apply: Apply): Handle =>
  Object.assign((...call: Parameters<Apply>) => apply(...call), { concerns });

/** A handler that ignores all events but those of some types. */
export const handlerOf = (types: readonly EventEnvelope['type'][], apply: Apply): Handle =>
  concernedWith(({ type }) => types.includes(type), apply);

const isConcerned = ({ concerns }: Handle, event: EventEnvelope): boolean => concerns?.(event) ?? true;

/** Whether the handler has an effect to make for any of the events. */
export const isAnyHandled = (handle: Handle, events: readonly EventEnvelope[]): boolean =>
  events.some((event) => isConcerned(handle, event));

/** Several handlers, one after another. */
export const inOrder = (...handles: readonly Handle[]): Handle =>
  concernedWith(
    (event) => handles.some((handle) => isConcerned(handle, event)),
    async (client, events) => {
      for (const handle of handles) await handle(client, events);
    },
  );
