import type { ActivityRequests } from '@bankside/saga';
import { compareCalls } from '@bankside/tools';
import * as sagas from './workflows';

/** An input with every property: its own name, or a service that replicates customers. */
const anyInput = (service: string): never =>
  new Proxy({}, { get: (_target, name) => (name === 'service' ? service : String(name)) }) as never;

it('the activities make the calls that the services map lists for the worker, and no other', () => {
  const requests = Object.values<unknown>(sagas)
    .filter((one): one is ActivityRequests => typeof one !== 'function')
    .flatMap((activities) => Object.values(activities))
    .flatMap((request) => ['accounts', 'cards'].map((service) => request(anyInput(service))));
  expect(requests.length).toBeGreaterThan(20);
  const made = requests.map(({ service, path }) => `${service}: POST /${path.join('/')}`);
  expect(compareCalls('worker', 'systemCalls', made)).toEqual({ unused: [], unlisted: [] });
});
