import { loadFor } from '../harness/load';
import type { RunOptions, Figures, Results, Goal, Measurement, Rounds, Subject } from '../harness/measurement';
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

/** Of a summary. A section that came too late is told as it was last known, which is no answer to what was asked. */
const SECTIONS = 5;
const OF_NOW = '"status":"ok"';

const at = (clients: number, what: string): string =>
  `${clients} ${clients === 1 ? 'client' : 'clients'}, ${what}`;

/** Who is told to come again has no complete answer. @throws anything else */
const tooBusy = (error: Error): string => {
  if (error.message.includes('answered 503')) return '';
  throw error;
};

type Read = (person: Person) => Promise<string>;

const sideOf = (name: string, present: readonly Person[], read: Read): Subject => ({
  name,
  run: async () => {
    const figures: Record<string, number> = {};
    for (const clients of CLIENTS) {
      let complete = 0;
      const { perSecond, p50Ms, p99Ms, done } = await loadFor(ROUND_MS, clients, async (client, turn) => {
        const answer = await read(present[(client * 7 + turn) % present.length]!).catch(tooBusy);
        if (answer.split(OF_NOW).length > SECTIONS) complete += 1;
      });
      figures[at(clients, 'rate')] = perSecond;
      figures[at(clients, 'p50')] = p50Ms;
      figures[at(clients, 'p99')] = p99Ms;
      if (name.startsWith('summary')) figures[at(clients, 'complete')] = (complete / done) * 100;
    }
    return figures as Figures;
  },
});

const sidesOf = async (system: WholeSystem, present: readonly Person[]): Promise<readonly Subject[]> => {
  const gateway = stopAtEnd(await system.atGateway());
  const sidecar = stopAtEnd(system.throughSidecars());
  const owner = stopAtEnd(system.atService('customers'));
  const by =
    (via: string): Read =>
    ({ customerId }) =>
      gateway.get(`/api/customers/${customerId}/summary?via=${via}`);
  return [
    sideOf(VIEW, present, by('view')),
    sideOf(GATEWAY, present, by('gateway')),
    sideOf(COMPOSER, present, by('composer')),
    sideOf(BARE, present, ({ customerId }) => owner.get(`/customers/${customerId}`)),
    sideOf(SIDECARS, present, ({ customerId }) =>
      sidecar.get(`/v1.0/invoke/customers/method/customers/${customerId}`),
    ),
    sideOf(THROUGH, present, ({ customerId }) => gateway.get(`/api/customers/${customerId}`)),
  ];
};

/** What each call costs more when it is made in another way, one after the other. */
const overhead = (found: Rounds, what: string, dear: string, cheap: string): Goal => {
  const figure = at(1, 'p50');
  const base = found.samples(cheap, figure);
  return {
    name: 'edge',
    what,
    unit: 'ms',
    samples: found.samples(dear, figure).map((value, round) => value - base[round]!),
  };
};

const measureSummary = async ({ say, rounds = 3 }: RunOptions): Promise<Results> => {
  const system = stopAtEnd(await startWholeSystem());
  say('people come, and order');
  const present = await people(system.bank, system.api, PEOPLE);
  const found = await alternate(await sidesOf(system, present), { rounds, log: say });
  const viewOver = (rival: string, what: string): readonly Goal[] =>
    ['p50', 'p99'].map((figure) => ({
      name: 'P4',
      what: `the view over composition in the ${what}, 64 clients, ${figure}`,
      samples: found.ratio(at(64, figure), VIEW, rival),
      atMost: 0.25,
    }));
  return {
    rows: CLIENTS.flatMap((clients) => [
      ...found.rows(at(clients, 'rate'), 'requests/s'),
      ...found.rows(at(clients, 'p50'), 'ms'),
      ...found.rows(at(clients, 'p99'), 'ms'),
      ...found.rows(at(clients, 'complete'), '%'),
    ]),
    goals: [
      ...viewOver(GATEWAY, 'gateway'),
      ...viewOver(COMPOSER, 'composer'),
      overhead(found, 'what a call costs more through two sidecars', SIDECARS, BARE),
      overhead(found, 'what a call costs more through the gateway and two sidecars', THROUGH, BARE),
    ],
    notes: [
      `${PEOPLE} customers with an account, a card, a loan and two orders. Complete: all sections of the answer are of now.`,
      'One caller asks all, so the rate limit per caller is off (RATE_LIMIT=0), as in every system that npm start runs.',
    ],
  };
};

export const summary: Measurement = {
  name: 'summary',
  title: 'Summary of a customer: read from the view, or composed on demand, beside single calls',
  run: measureSummary,
};
