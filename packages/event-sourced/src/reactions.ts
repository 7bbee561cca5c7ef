import type { EventEnvelope } from '@bankside/contracts';
import type { Handle } from '@bankside/feed';
import type { CommandContext, DataOf, Message } from '@bankside/kernel';
import type { PoolClient } from 'pg';

/** What made a service react, and the transaction that its position moves in: copies are read through that. */
export type Cause = Readonly<{ context: CommandContext; client: PoolClient }>;

/** What the events of an owner make this service do. Of other events it takes no notice. */
export type Reactions<E extends Message> = Readonly<{
  [Type in E['type']]?: (data: DataOf<E, Type>, cause: Cause) => Promise<void> | void;
}>;

/** A colon is in no caller's key: nobody can send a command under the id of an event. */
const contextOf = ({ id, traceparent }: EventEnvelope, now: () => Date): CommandContext => ({
  commandId: `event:${id}`,
  fingerprint: id,
  at: now().toISOString(),
  actor: `event:${id}`,
  ...(traceparent !== undefined && { trace: traceparent }),
});

/**
 * Turns events of an owner into commands. An event comes at least once: its commands carry its id, so that a repeat finds
 * them done.
 */
export const reactions =
  <E extends Message>(reactionTo: Reactions<E>, now: () => Date): Handle =>
  async (client, events) => {
    for (const event of events) {
      if (!Object.hasOwn(reactionTo, event.type)) continue;
      const react = reactionTo[event.type as E['type']] as (data: object, cause: Cause) => Promise<void>;
      await react(event.data, { context: contextOf(event, now), client });
    }
  };
