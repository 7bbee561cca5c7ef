import { allServices, servicesOf } from '../system/services';
import { kindOfLink, linkName, pairsOf } from './pairs';

const linksOf = (...services: Parameters<typeof pairsOf>): readonly string[] =>
  pairsOf(...services).map(([from, to]) => linkName(from, to));

describe('the pairs of processes', () => {
  it('follow from the declarations of the services', () => {
    const services = servicesOf({
      owner: { database: true, eventSourced: true, subscribes: ['owner'] },
      views: { database: true, mongodb: true, subscribes: ['owner'] },
      sagas: { temporal: true, systemCalls: { owner: ['POST /things'] } },
      page: { calls: { views: ['GET /things'] } },
    });
    expect(linksOf(services).toSorted()).toEqual(
      [
        ...['owner', 'views', 'sagas', 'page'].flatMap((name) => [
          `${name}→${name}-dapr`,
          `${name}-dapr→${name}`,
        ]),
        'owner→postgres',
        'owner-dapr→postgres',
        'owner-dapr→redis',
        'views→postgres',
        'views→ferretdb',
        'views-dapr→redis',
        'views-dapr→owner-dapr',
        'sagas→temporal',
        'sagas-dapr→owner-dapr',
        'page-dapr→views-dapr',
        'ferretdb→postgres',
      ].toSorted(),
    );
  });

  it('exist for each replica, and lead to each replica of a callee', () => {
    const services = servicesOf({
      owner: { database: true, eventSourced: true },
      page: { calls: { owner: ['GET /things'] } },
    });
    expect(linksOf(services, 2).toSorted()).toEqual(
      [
        ...['owner', 'owner-2', 'page'].flatMap((name) => [`${name}→${name}-dapr`, `${name}-dapr→${name}`]),
        ...['owner', 'owner-2'].flatMap((name) => [
          `${name}→postgres`,
          `${name}-dapr→postgres`,
          `${name}-dapr→redis`,
          `page-dapr→${name}-dapr`,
        ]),
      ].toSorted(),
    );
  });

  it('of the whole system are of every kind', () => {
    expect([...new Set(linksOf(allServices()).map(kindOfLink))].toSorted()).toEqual(
      [
        'service→sidecar',
        'sidecar→service',
        'sidecar→sidecar',
        'service→postgres',
        'sidecar→postgres',
        'sidecar→redis',
        'service→temporal',
        'service→ferretdb',
        'ferretdb→postgres',
      ].toSorted(),
    );
  });
});
