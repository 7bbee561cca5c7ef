import { owners, servicesWithConsumers, servicesWithFaults } from '@bankside/contracts/owners';
import { allowedCallsOf } from './allowed-calls';
import { resourcesOf } from './resources';
import { allServices, servicesOf } from './services';

const map = {
  customers: { database: true, eventSourced: true },
  accounts: { database: true, eventSourced: true, subscribes: ['customers'] },
  gateway: { expose: true, calls: { accounts: ['consumers', 'GET /accounts/*'] } },
};

const groups = { consumers: ['GET /consumers'] };

describe('the services map of the values', () => {
  it('completes a service with the defaults', () => {
    const [customers, accounts, gateway] = servicesOf(map, groups);
    expect(customers).toEqual({
      name: 'customers',
      database: true,
      eventSourced: true,
      feedPartitions: 1,
      personalData: false,
      subscribes: [],
      calls: {},
      systemCalls: {},
      mongodb: false,
      temporal: false,
      expose: false,
    });
    expect(accounts?.subscribes).toEqual(['customers']);
    expect(gateway).toMatchObject({
      database: false,
      calls: { accounts: ['GET /consumers', 'GET /accounts/*'] },
    });
  });

  it('rejects a subscription to a service without events', () => {
    expect(() => servicesOf({ a: {}, b: { subscribes: ['a'] } })).toThrow(
      'b subscribes a, which publishes nothing',
    );
  });

  it('rejects a call of an unknown service', () => {
    for (const kind of ['calls', 'systemCalls'])
      expect(() => servicesOf({ a: { [kind]: { b: ['GET /b'] } } })).toThrow(
        'a calls b, which does not exist',
      );
  });

  it('rejects a group of operations that does not exist', () => {
    expect(() => servicesOf(map)).toThrow('calls of accounts name the group consumers, which does not exist');
  });

  it('is valid in the chart', () => {
    expect(allServices().map(({ name }) => name)).toContain('gateway');
  });

  it('agrees with the contracts on owners, consumers and fault injection', () => {
    const namesOf = (matches: (one: ReturnType<typeof allServices>[number]) => boolean) =>
      allServices()
        .filter(matches)
        .map(({ name }) => name)
        .sort();
    expect(owners.toSorted()).toEqual(namesOf(({ eventSourced }) => eventSourced));
    expect(servicesWithConsumers.toSorted()).toEqual(
      namesOf(({ eventSourced, subscribes }) => eventSourced || subscribes.length > 0),
    );
    const { calls } = allServices().find(({ name }) => name === 'gateway')!;
    const calledFor = (operation: string) =>
      Object.keys(calls).filter((service) => calls[service]!.includes(operation));
    expect(servicesWithFaults.toSorted()).toEqual(calledFor('PUT /faults').toSorted());
    expect(servicesWithConsumers.toSorted()).toEqual(calledFor('GET /consumers').toSorted());
  });
});

describe('the calls that a service accepts', () => {
  const services = servicesOf(
    {
      customers: { eventSourced: true, subscribes: ['customers'] },
      accounts: { eventSourced: true, subscribes: ['customers'] },
      gateway: { calls: { customers: ['consumers', 'GET /customers/*'] } },
      worker: { subscribes: ['customers'], systemCalls: { customers: ['POST /customers/*/forget'] } },
    },
    groups,
  );

  it('are those of its callers, and the feed for its subscribers', () =>
    expect(allowedCallsOf('customers', services)).toEqual({
      calls: { gateway: ['GET /consumers', 'GET /customers/*'] },
      systemCalls: { accounts: ['GET /feed'], worker: ['POST /customers/*/forget', 'GET /feed'] },
    }));

  it('are none for a service that no other service calls', () =>
    expect(allowedCallsOf('worker', services)).toEqual({ calls: {}, systemCalls: {} }));
});

describe('the Dapr resources of a service', () => {
  const services = servicesOf(map, groups);
  const resources = (name: string) =>
    resourcesOf(
      services.find((service) => service.name === name)!,
      services,
      {
        brokerUrl: 'redis://:password@127.0.0.1:6379',
        databaseUrl: 'postgres://accounts@127.0.0.1/accounts',
      },
    );
  const metadataOf = (resource: unknown) =>
    Object.fromEntries(
      (resource as { spec: { metadata: { name: string; value: string }[] } }).spec.metadata.map(
        ({ name, value }) => [name, value],
      ),
    );

  it('are its state component, scoped to it, the broker, its subscriptions and the retry policy', () => {
    const [state, broker, subscription, resiliency, ...more] = resources('accounts');
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
      },
      scopes: ['accounts'],
    });
    expect(resiliency).toMatchObject({ kind: 'Resiliency' });
    expect(more).toEqual([]);
  });

  it('let each service publish its own topic and read those it subscribes to', () => {
    const broker = metadataOf(resources('accounts')[1]);
    expect(broker['publishingScopes']).toBe('customers=customers.events;accounts=accounts.events;gateway=');
    expect(broker['subscriptionScopes']).toBe('customers=;accounts=customers.events;gateway=');
  });

  it('use topics and a consumer group with the prefix of a Kafka cluster', () => {
    const [broker, subscription] = resourcesOf(
      services.find(({ name }) => name === 'accounts')!,
      services,
      {
        brokerUrl: 'kafka://ada:secret@one:9092,two:9092/shop-a?mechanism=SHA-256',
      },
    );
    expect(broker).toMatchObject({ spec: { type: 'pubsub.kafka', version: 'v1' } });
    expect(metadataOf(broker)).toMatchObject({
      brokers: 'one:9092,two:9092',
      authType: 'password',
      saslUsername: 'ada',
      saslPassword: 'secret',
      saslMechanism: 'SHA-256',
      disableTls: 'true',
      consumerGroup: 'shop-a.{appID}',
      subscriptionScopes: 'customers=;accounts=shop-a.customers.events;gateway=',
    });
    expect(subscription).toMatchObject({ spec: { topic: 'shop-a.customers.events' } });
  });

  it('are the retry policy alone for a service without events', () => {
    expect(resources('gateway')).toMatchObject([{ kind: 'Resiliency' }]);
  });
});
