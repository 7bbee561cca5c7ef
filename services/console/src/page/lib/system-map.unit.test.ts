import { flowInWords, systemMap, type Service, type System } from './system-map';

const lag = (consumer: string, source: string, position: number, head: number) => ({
  consumer,
  source,
  partition: 0,
  position,
  head,
  events: head - position,
  seconds: head > position ? 1.5 : 0,
  state: head > position ? ('behind' as const) : ('current' as const),
  parked: 0,
});

const service = (name: Service['service'], more: Partial<Service> = {}): Service => ({
  service: name,
  state: 'ok',
  reasons: [],
  replicas: 1,
  callers: {},
  consumers: [],
  ...more,
});

const reading = (second: number, position: number, head: number): System => ({
  at: `2026-11-26T12:00:0${second}.000Z`,
  gateway: { callers: { clients: { count: 14, failed: 1 } } },
  services: [
    service('orders', { callers: { gateway: { count: 3, failed: 0 }, worker: { count: 4, failed: 4 } } }),
    service('inventory', { state: 'failing', reasons: ['Fails 100 % of requests on purpose'] }),
    service('projection', {
      consumers: [lag('order-status', 'orders', position, head), lag('statement', 'orders', head, head)],
    }),
  ],
});

describe('the map of the system', () => {
  const map = systemMap(reading(2, 10, 16), reading(0, 4, 8));

  it('has the calls of the last second by caller', () => {
    const orders = map.owners.find((one) => one.service === 'orders')!;
    expect(orders.calls).toEqual({
      gateway: { perSecond: 3, failed: 0 },
      worker: { perSecond: 4, failed: 4 },
    });
    expect(map.gateway.requests).toEqual({ perSecond: 14, failed: 1 });
    expect(Object.values(orders.calls).map(flowInWords)).toEqual(['4/s, 4 failed', '3/s']);
  });

  it('has the events that were published and applied a second, from two readings', () => {
    expect(map.published).toBe(4);
    expect(map.views).toMatchObject([
      { name: 'order-status', events: 6, seconds: 1.5, state: 'behind', perSecond: 3 },
      { name: 'statement', events: 0, state: 'current', perSecond: 4 },
    ]);
  });

  it('has no rates after the first reading, nor after one without the service', () => {
    expect(systemMap(reading(2, 10, 16)).published).toBe(0);
    const gap = { ...reading(0, 4, 8), services: [] };
    expect(systemMap(reading(2, 10, 16), gap)).toMatchObject({
      published: 0,
      views: [{ perSecond: 0 }, { perSecond: 0 }],
    });
  });

  it('leaves services out that the system does not have', () => {
    expect(map.owners.map((one) => one.service)).toEqual(['orders', 'inventory']);
    expect(map.worker).toBeUndefined();
  });
});
