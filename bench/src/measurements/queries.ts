import { loadFor } from '../harness/load';
import type { RunOptions, Results, Measurement, Subject } from '../harness/measurement';
import { alternate } from '../harness/rounds';
import { people, type Person } from '../fixtures/people';
import { stopAtEnd } from '../fixtures/until-stopped';
import { startWholeSystem } from '../fixtures/whole-system';

const CLIENTS = 64;
const ROUND_MS = 1_500;
const PEOPLE = 128;

/** One query of each kind, by name. */
const QUERIES: Readonly<Record<string, (person: Person) => string>> = {
  'customer-profile by id': ({ customerId }) => `/customer-profile/${customerId}`,
  'customer-profile by mobile number': ({ mobileNumber }) =>
    `/customer-profile?mobileNumber=${encodeURIComponent(mobileNumber)}`,
  'customer-profile by name, a page of 20': () => '/customer-profile?name=ada',
  'order-status by id': ({ orderId }) => `/order-status/${orderId}`,
  'order-status of a customer': ({ customerId }) => `/order-status?customerId=${customerId}`,
  'statement of a customer': ({ customerId }) => `/statement?customerId=${customerId}`,
  'monthly-totals of a customer': ({ customerId }) => `/monthly-totals?customerId=${customerId}`,
  'bank-totals of a currency': () => '/bank-totals/EUR',
};

const measureQueries = async ({ log, rounds = 3 }: RunOptions): Promise<Results> => {
  const system = stopAtEnd(await startWholeSystem());
  log('creating customers and orders');
  const present = await people(system.bank, system.api, PEOPLE);
  const projection = stopAtEnd(system.atService('projection'));
  const subjects = Object.entries(QUERIES).map(([name, path]): Subject => ({
    name,
    run: async () => {
      const { perSecond, p50Ms, p99Ms } = await loadFor(ROUND_MS, CLIENTS, (client, turn) =>
        projection.get(path(present[(client * 7 + turn) % present.length]!)),
      );
      return { queries: perSecond, p50: p50Ms, p99: p99Ms };
    },
  }));
  const results = await alternate(subjects, { rounds, log });
  return {
    rows: [...results.rows('queries', '/s'), ...results.rows('p50', 'ms'), ...results.rows('p99', 'ms')],
    notes: [
      `Called on one process of the projection service, over HTTP past gateway and sidecar; ${PEOPLE} customers, two orders each.`,
      'Profiles are in FerretDB, which keeps them in PostgreSQL; the other views in PostgreSQL.',
    ],
  };
};

export const queries: Measurement = {
  name: 'queries',
  title: `Queries of the views, ${CLIENTS} clients`,
  run: measureQueries,
};
