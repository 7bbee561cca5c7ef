import type { EventEnvelope } from '@bankside/contracts';
import { handlerOf, type Handle } from '@bankside/feed';
import type { CommandContext, DataOf, Message } from '@bankside/kernel';
import { causedBy, eventCommandId } from '@bankside/std';
import { withSpan } from '@bankside/telemetry';
import type { PoolClient } from 'pg';

/** The event that caused a reaction, and the transaction that advances the checkpoint: replicas are read through it. */
export type Cause = Readonly<{ context: CommandContext; client: PoolClient }>;

/** Handlers by type of event. Other types are ignored. */
type Reactions<E extends Message> = Readonly<{
  [Type in E['type']]?: (data: DataOf<E, Type>, cause: Cause) => Promise<void> | void;
}>;

const contextOf = (event: EventEnvelope, now: () => Date): CommandContext => ({
  commandId: eventCommandId(event.id),
  fingerprint: event.id,
  at: now().toISOString(),
  actor: `event:${event.id}`,
  ...causedBy(event),
});

/**
 * Handles events of another service by sending commands to the own aggregates. Events are delivered at least once; their
 * commands carry the id of the event, so that a repeated one changes nothing.
 */
export const reactions = <E extends Message>(reactionTo: Reactions<E>, now: () => Date): Handle =>
  handlerOf(Object.keys(reactionTo), async (client, events) => {
    for (const event of events) {
      const react = reactionTo[event.type as E['type']] as (data: object, cause: Cause) => Promise<void>;
      const { type, traceparent, feedposition } = event;
      const attributes = { 'bankside.feed.position': feedposition };
      await withSpan('reaction', { target: type, parent: traceparent, attributes }, async (span) => {
        const cause = span.traceparent === undefined ? event : { ...event, traceparent: span.traceparent };
        await react(event.data, { context: contextOf(cause, now), client });
      });
    }
  });
