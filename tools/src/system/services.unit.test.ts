import { resourcesOf } from './resources';
import { allServices } from './system';
import { parseServices } from './services';

const yaml = `
services:
  customers: { database: true, eventSourced: true }
  accounts: { database: true, eventSourced: true, subscribes: [customers] }
  gateway: { expose: true, invokes: [accounts] }
`;

describe('the services map of the values', () => {
  it('fills in what a service does not have', () => {
    const [customers, accounts, gateway] = parseServices(yaml);
    expect(customers).toEqual({
      name: 'customers',
      database: true,
      eventSourced: true,
      personalData: false,
      subscribes: [],
      invokes: [],
      mongodb: false,
      temporal: false,
      expose: false,
    });
    expect(accounts?.subscribes).toEqual(['customers']);
    expect(gateway?.database).toBe(false);
  });

  it('refuses to subscribe what publishes nothing', () => {
    expect(() => parseServices('services: { a: {}, b: { subscribes: [a] } }')).toThrow(
      'b subscribes a, which publishes nothing',
    );
  });

  it('refuses to invoke what does not exist', () => {
    expect(() => parseServices('services: { a: { invokes: [b] } }')).toThrow(
      'a invokes b, which does not exist',
    );
  });

  it('is right in the chart', () => {
    expect(allServices().map(({ name }) => name)).toContain('gateway');
  });
});

describe('the Dapr resources of a service', () => {
  const services = parseServices(yaml);
  const resources = (name: string) =>
    resourcesOf(
      services.find((service) => service.name === name)!,
      services,
      {
        redisAddress: '127.0.0.1:6379',
        databaseUrl: 'postgres://accounts@127.0.0.1/accounts',
      },
    );
  const metadataOf = (resource: unknown) =>
    Object.fromEntries(
      (resource as { spec: { metadata: { name: string; value: string }[] } }).spec.metadata.map(
        ({ name, value }) => [name, value],
      ),
    );

  it('are its state component, for it alone, the broker, and its subscriptions', () => {
    const [state, broker, subscription, ...more] = resources('accounts');
    expect(state).toMatchObject({
      metadata: { name: 'accounts-store' },
      spec: { type: 'state.postgresql', version: 'v2' },
      scopes: ['accounts'],
    });
    expect(metadataOf(state)).toMatchObject({ keyPrefix: 'none' });
    expect(broker).toMatchObject({ metadata: { name: 'pubsub' }, spec: { type: 'pubsub.redis' } });
    expect(subscription).toMatchObject({
      spec: {
        topic: 'customers.events',
        routes: { default: '/events/customers' },
        bulkSubscribe: { enabled: true },
      },
      scopes: ['accounts'],
    });
    expect(more).toEqual([]);
  });

  it('let each service publish and read its own topics only', () => {
    const broker = metadataOf(resources('accounts')[1]);
    expect(broker['publishingScopes']).toBe('customers=customers.events;accounts=accounts.events;gateway=');
    expect(broker['subscriptionScopes']).toBe('customers=;accounts=customers.events;gateway=');
  });

  it('are none for a service without events', () => {
    expect(resources('gateway')).toEqual([]);
  });
});
