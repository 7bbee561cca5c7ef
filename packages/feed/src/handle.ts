import type { ContractEvent, EventEnvelope } from '@bankside/contracts';
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

/** A handler that receives only the events with an effect. */
export const concernedWith = (concerns: (event: EventEnvelope) => boolean, apply: Apply): Handle =>
  Object.assign(
    (client: PoolClient, events: readonly EventEnvelope[]) => apply(client, events.filter(concerns)),
    {
      concerns,
    },
  );

/** An event of one of some types. Those of a contract have its data. */
type Typed<Type extends string> = Type extends string
  ? Omit<EventEnvelope, 'type' | 'data'> &
      Readonly<{
        type: Type;
        data: Type extends ContractEvent['type'] ? Extract<ContractEvent, { type: Type }>['data'] : object;
      }>
  : never;

/** A handler that receives only the events of some types. */
export const handlerOf = <const Type extends string>(
  types: readonly Type[],
  apply: (client: PoolClient, events: readonly Typed<Type>[]) => Promise<void>,
): Handle =>
  concernedWith(
    ({ type }) => types.some((one) => one === type),
    (client, events) => apply(client, events as unknown as readonly Typed<Type>[]),
  );

const isConcerned = ({ concerns }: Handle, event: EventEnvelope): boolean => concerns?.(event) ?? true;

/** Whether the handler has an effect to make for any of the events. */
export const isAnyHandled = (handle: Handle, events: readonly EventEnvelope[]): boolean =>
  events.some((event) => isConcerned(handle, event));

/** Several handlers, one after another. */
export const inOrder = (...handles: readonly Handle[]): Handle =>
  concernedWith(
    (event) => handles.some((handle) => isConcerned(handle, event)),
    async (client, events) => {
      for (const handle of handles) if (isAnyHandled(handle, events)) await handle(client, events);
    },
  );
