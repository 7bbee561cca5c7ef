import { percentile } from '@bankside/std';
import { loadFor } from '../harness/load';
import type {
  RunOptions,
  Figures,
  Results,
  Goal,
  Measurement,
  Rounds,
  Subject,
} from '../harness/measurement';
import { alternate } from '../harness/rounds';
import { people, type Person } from '../fixtures/people';
import { stopAtEnd } from '../fixtures/until-stopped';
import { startWholeSystem, type WholeSystem } from '../fixtures/whole-system';

const CLIENTS = [1, 64, 256];
const ROUND_MS = 1_500;
const PEOPLE = 64;

const VIEW = 'summary by the view';
const GATEWAY = 'summary composed in the gateway';
const COMPOSER = 'summary composed in the composer';
const BARE = 'one section: a bare call of its owner';
const SIDECARS = 'one section: through two sidecars';
const THROUGH = 'one section: through the gateway';

/** Whether every section of a summary is current. A section that timed out shows its last known value instead. */
const SECTIONS = 5;
const OF_NOW = '"status":"ok"';

const at = (clients: number, what: string): string =>
  `${clients} ${clients === 1 ? 'client' : 'clients'}, ${what}`;

/** Returns false for 503, which means retry. @throws Error for any other failure */
const tooBusy = (error: Error): string => {
  if (error.message.includes('responded 503')) return '';
  throw error;
};

type Read = (person: Person) => Promise<string>;

/** Its latencies are those of complete responses: one whose sections timed out is early and useless. */
const subjectOf = (name: string, present: readonly Person[], read: Read): Subject => ({
  name,
  run: async () => {
    const figures: Record<string, number> = {};
    for (const clients of CLIENTS) {
      const isSummary = name.startsWith('summary');
      const times: number[] = [];
      const { perSecond, done } = await loadFor(ROUND_MS, clients, async (client, turn) => {
        const begun = performance.now();
        const response = await read(present[(client * 7 + turn) % present.length]!).catch(tooBusy);
        if (!isSummary || response.split(OF_NOW).length > SECTIONS) times.push(performance.now() - begun);
      });
      figures[at(clients, 'rate')] = perSecond;
      figures[at(clients, 'p50')] = percentile(times, 0.5);
      figures[at(clients, 'p99')] = percentile(times, 0.99);
      if (isSummary) figures[at(clients, 'complete')] = (times.length / done) * 100;
    }
    return figures as Figures;
  },
});

const subjectsOf = async (system: WholeSystem, present: readonly Person[]): Promise<readonly Subject[]> => {
  const gateway = stopAtEnd(await system.atGateway());
  const sidecar = stopAtEnd(system.throughSidecars('customers'));
  const owner = stopAtEnd(system.atService('customers'));
  const by =
    (via: string): Read =>
    ({ customerId }) =>
      gateway.get(`/api/customers/${customerId}/summary?via=${via}`);
  return [
    subjectOf(VIEW, present, by('view')),
    subjectOf(GATEWAY, present, by('gateway')),
    subjectOf(COMPOSER, present, by('composer')),
    subjectOf(BARE, present, ({ customerId }) => owner.get(`/customers/${customerId}`)),
    subjectOf(SIDECARS, present, ({ customerId }) =>
      sidecar.get(`/v1.0/invoke/customers/method/customers/${customerId}`),
    ),
    subjectOf(THROUGH, present, ({ customerId }) => gateway.get(`/api/customers/${customerId}`)),
  ];
};

/** The extra latency of each way to make a call, one client. */
const overhead = (results: Rounds, what: string, dear: string, cheap: string): Goal => {
  const figure = at(1, 'p50');
  const base = results.samples(cheap, figure);
  return {
    name: 'edge',
    what,
    unit: 'ms',
    samples: results.samples(dear, figure).map((value, round) => value - base[round]!),
  };
};

const measureSummary = async ({ log, rounds = 3 }: RunOptions): Promise<Results> => {
  const system = stopAtEnd(await startWholeSystem());
  log('creating customers and orders');
  const present = await people(system.bank, system.api, PEOPLE);
  const results = await alternate(await subjectsOf(system, present), { rounds, log });
  const viewOver = (rival: string, what: string): readonly Goal[] =>
    ['p50', 'p99'].map((figure) => ({
      name: 'P4',
      what: `the view over composition in the ${what}, 64 clients, ${figure}`,
      samples: results.ratio(at(64, figure), VIEW, rival),
      atMost: 0.25,
    }));
  return {
    rows: CLIENTS.flatMap((clients) => [
      ...results.rows(at(clients, 'rate'), 'requests/s'),
      ...results.rows(at(clients, 'p50'), 'ms'),
      ...results.rows(at(clients, 'p99'), 'ms'),
      ...results.rows(at(clients, 'complete'), '%'),
    ]),
    goals: [
      ...viewOver(GATEWAY, 'gateway'),
      ...viewOver(COMPOSER, 'composer'),
      overhead(results, 'what a call costs more through two sidecars', SIDECARS, BARE),
      overhead(results, 'what a call costs more through the gateway and two sidecars', THROUGH, BARE),
    ],
    notes: [
      `${PEOPLE} customers with an account, a card, a loan and two orders. Complete: all sections of the response are current. p50 and p99 are those of complete responses.`,
      'One caller makes all calls, so the rate limit per caller is off (RATE_LIMIT=0), as in a system started by `npm start`.',
    ],
  };
};

export const summary: Measurement = {
  name: 'summary',
  title: 'Summary of a customer: read from the view, or composed on demand, compared with single calls',
  run: measureSummary,
};
