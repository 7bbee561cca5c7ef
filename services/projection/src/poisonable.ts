import type { EventEnvelope } from '@bankside/contracts';
import { Poison } from '@bankside/feed';
import type { Projection } from '@bankside/projections';
import type { FaultInjection } from '@bankside/runtime';

type Handler = (document: never, event: EventEnvelope) => unknown;

/** The same projection, which fails for the events that a fault switch poisons. */
export const poisonable =
  ({ isPoisoned }: Pick<FaultInjection, 'isPoisoned'>) =>
  (projection: Projection): Projection => {
    const handlers = Object.entries(projection.apply as Readonly<Record<string, Handler>>);
    const apply = Object.fromEntries(
      handlers.map(([type, handle]): [string, Handler] => [
        type,
        (document, event) => {
          if (isPoisoned(projection.name, event)) throw new Poison(`${event.id} is poisoned on purpose.`);
          return handle(document, event);
        },
      ]),
    );
    return { ...projection, apply: apply as Projection['apply'] };
  };
