import { Gauge, type Registry } from 'prom-client';
import type { Projection } from '../projection';
import { nameOf } from '../store/port';
import type { View } from '../view';

const PLACE = ['view', 'source', 'partition'] as const;

/** What an operator watches. Only the replica that writes a view tells, so that sums over replicas are right. */
export const watchViews = (registry: Registry, { runners, lag, operations }: Projection): void => {
  let observing: Promise<void> | undefined;
  /** All gauges are asked at once, and what they tell is found out once. */
  const collect = (): Promise<void> => {
    observing ??= observe().finally(() => {
      observing = undefined;
    });
    return observing;
  };
  const gauge = (name: string, help: string, labelNames: readonly string[] = PLACE) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry], collect });

  const position = gauge('projection_position', 'Position in the feed up to which a view has the events');
  const missing = gauge('projection_lag_events', 'Events of the feed that a view does not have yet');
  const seconds = gauge('projection_lag_seconds', 'Age of the oldest event that a view does not have yet');
  const stuck = gauge('projection_stuck', '1 when a view does not move although there are events');
  const letters = gauge('projection_dead_letters', 'Events that a view could not apply', ['view']);
  const written = gauge('projection_views_written', 'Views that this replica writes', []);

  const tell = async (view: View, generation: string): Promise<void> => {
    const [count, places] = await Promise.all([operations.letters.count(generation), lag.of(view)]);
    letters.set({ view: view.name }, count);
    for (const place of places.filter(({ state }) => state !== 'unknown')) {
      const labels = { view: view.name, source: place.source, partition: place.partition };
      position.set(labels, place.position);
      missing.set(labels, place.events);
      seconds.set(labels, place.seconds);
      stuck.set(labels, Number(place.state === 'stuck'));
    }
  };

  const observe = async (): Promise<void> => {
    const { directory } = operations;
    const mine = runners().filter(
      ({ generation: { view, number }, partition }) =>
        partition === 0 && directory.active(view)?.number === number,
    );
    for (const one of [position, missing, seconds, stuck, letters]) one.reset();
    written.set(mine.length);
    await Promise.all(mine.map(({ generation }) => tell(generation.view, nameOf(generation))));
  };
};
