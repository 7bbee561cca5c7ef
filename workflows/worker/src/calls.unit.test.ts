import type { ActivityRequests } from '@bankside/saga';
import { servicesWithConsumers } from '@bankside/contracts';
import { compareCalls } from '@bankside/tools';
import * as sagas from './workflows';

const REPLICATING = ['accounts', 'cards'];
const HOLDING = ['accounts', 'cards', 'loans', 'orders'];
/** The services that the input of an activity can name. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  acknowledgeNumber: REPLICATING,
  rollBackAcknowledgement: REPLICATING,
  blockCustomer: HOLDING,
  unblockCustomer: HOLDING,
  closeHoldings: HOLDING,
  reopenHoldings: HOLDING,
};

/** An input with every property: its own name, or a service. */
const anyInput = (service: string): never =>
  new Proxy({}, { get: (_target, name) => (name === 'service' ? service : String(name)) }) as never;

const SCANS = [
  'orders: POST /orders/o-1/hold',
  // The worker reads its own from its database.
  ...servicesWithConsumers
    .filter((service) => service !== 'worker')
    .flatMap((service) => [`${service}: GET /consumers`, `${service}: GET /dead-letters`]),
];

it('activities and scans make the calls that the services map lists for the worker, and no other', () => {
  const requests = Object.values<unknown>(sagas)
    .filter((one): one is ActivityRequests => typeof one !== 'function')
    .flatMap((activities) => Object.entries(activities))
    .flatMap(([name, request]) => (NAMED[name] ?? ['none']).map((service) => request(anyInput(service))));
  expect(requests.length).toBeGreaterThan(20);
  const made = requests.map(({ service, path }) => `${service}: POST /${path.join('/')}`);
  expect(compareCalls('worker', 'systemCalls', [...made, ...SCANS])).toEqual({ unused: [], unlisted: [] });
});
