import { Registry } from 'prom-client';
import { begin, counter, gauge, histogram, sharedCollect } from './index';
import { parseSamples } from '../testing/samples';

describe('a metric of the table', () => {
  it('is registered with its labels, its help and its buckets', async () => {
    const registry = new Registry();
    counter(registry, 'commands_total').inc({ route: '/a "b"\n', outcome: 'accepted' }, 2);
    histogram(registry, 'group_commit_size').observe(3);
    gauge(registry, 'outbox_oldest_seconds', (oldest) => oldest.set({ partition: '0' }, 1.5));
    const samples = parseSamples(await registry.metrics());
    expect(samples).toContainEqual({
      name: 'commands_total',
      labels: { route: '/a "b"\n', outcome: 'accepted' },
      value: 2,
    });
    expect(samples).toContainEqual({ name: 'outbox_oldest_seconds', labels: { partition: '0' }, value: 1.5 });
    expect(samples).toContainEqual({ name: 'group_commit_size_bucket', labels: { le: '4' }, value: 1 });
    expect(samples).toContainEqual({ name: 'group_commit_size_bucket', labels: { le: '+Inf' }, value: 1 });
  });

  it('begins at zero where its first increment must count', async () => {
    const registry = new Registry();
    begin(counter(registry, 'section_cache_reads_total'), [{ result: 'hit' }]);
    expect(parseSamples(await registry.metrics())).toEqual([
      { name: 'section_cache_reads_total', labels: { result: 'hit' }, value: 0 },
    ]);
  });

  it('leaves a scrape without its values while they cannot be read, and does not fail the others', async () => {
    const registry = new Registry();
    let isDown = false;
    const orDown = <T>(value: T): T => {
      if (isDown) throw new Error('down');
      return value;
    };
    counter(registry, 'state_cache_misses_total').inc(3);
    gauge(registry, 'attention_open', (open) => open.set(orDown(2)));
    gauge(registry, 'feed_commits', (commits) => commits.set({ partition: '0' }, orDown(7)));
    const values = async () => parseSamples(await registry.metrics()).map(({ value }) => value);
    expect(await values()).toEqual([3, 2, 7]);
    isDown = true;
    expect(await values()).toEqual([3]);
    isDown = false;
    expect(await values()).toEqual([3, 2, 7]);
  });

  it('shares one observation with the other gauges of a scrape', async () => {
    const registry = new Registry();
    let observed = 0;
    const collect = sharedCollect(async () => {
      observed += 1;
      waiting.set({ partition: '0' }, observed);
      oldest.set({ partition: '0' }, observed);
    });
    const waiting = gauge(registry, 'outbox_commits_waiting', collect);
    const oldest = gauge(registry, 'outbox_oldest_seconds', collect);
    for (const scrapes of [1, 2]) {
      const values = parseSamples(await registry.metrics()).map(({ value }) => value);
      expect(values).toEqual([scrapes, scrapes]);
    }
  });
});
