import { owners as ownerNames } from '@bankside/contracts/owners';
import { sumOf } from '@bankside/std';
import type { ResponseOf } from './api-types';

export type System = ResponseOf<'getSystem'>;
export type Service = System['services'][number];

const CALLERS = ['worker', 'gateway', 'composer'] as const;
export type Caller = (typeof CALLERS)[number];

export type Flow = Readonly<{ perSecond: number; failed: number }>;
export type View = Readonly<{
  name: string;
  events: number;
  seconds: number;
  state: string;
  perSecond: number;
}>;

export type SystemMap = Readonly<{
  owners: readonly (Service &
    Readonly<{ calls: Readonly<Partial<Record<Caller, Flow>>>; published: number }>)[];
  /** Missing while their state is unknown. */
  worker: Service | undefined;
  composer: Service | undefined;
  projection: Service | undefined;
  gateway: System['gateway'] & Readonly<{ requests: Flow }>;
  views: readonly View[];
  /** Events that the broker got in the last second. */
  published: number;
}>;

/** Last position of each feed, as its consumers know it. */
const headsOf = (system: System): ReadonlyMap<string, number> => {
  const heads = new Map<string, number>();
  for (const { source, partition, head } of system.services.flatMap(({ consumers }) => consumers)) {
    const feed = `${source}/${partition}`;
    heads.set(feed, Math.max(heads.get(feed) ?? 0, head));
  }
  return heads;
};

const rounded = (perSecond: number): number =>
  perSecond < 10 ? Math.round(perSecond * 10) / 10 : Math.round(perSecond);

/** A rate from two readings; 0 after a gap in which one of them was missing. */
const rate = (before: number | undefined, after: number | undefined, seconds: number): number =>
  before === undefined || after === undefined || seconds <= 0
    ? 0
    : rounded(Math.max(0, after - before) / seconds);

const flowsOf = ({ callers }: Service) =>
  Object.fromEntries(
    CALLERS.flatMap((caller) => {
      const traffic = callers[caller];
      return traffic === undefined ? [] : [[caller, { perSecond: traffic.count, failed: traffic.failed }]];
    }),
  );

const WORST_FIRST = ['stuck', 'unknown', 'behind', 'current'];

/** Applied positions of a view, over all its sources. */
const positionsOf = (system: System | undefined, view: string): number | undefined => {
  const lags = system?.services
    .flatMap(({ consumers }) => consumers)
    .filter(({ consumer }) => consumer === view);
  return lags === undefined || lags.length === 0 ? undefined : sumOf(lags.map(({ position }) => position));
};

const viewsOf = (system: System, before: System | undefined, seconds: number): readonly View[] => {
  const projection = system.services.find(({ service }) => service === 'projection');
  const names = [...new Set(projection?.consumers.map(({ consumer }) => consumer))].toSorted();
  return names.map((name) => {
    const lags = projection!.consumers.filter(({ consumer }) => consumer === name);
    return {
      name,
      events: sumOf(lags.map(({ events }) => events)),
      seconds: Math.max(...lags.map((lag) => lag.seconds)),
      state: WORST_FIRST.find((worst) => lags.some(({ state }) => state === worst)) ?? 'current',
      perSecond: rate(positionsOf(before, name), positionsOf(system, name), seconds),
    };
  });
};

const requestsOf = ({ callers }: System['gateway']): Flow => ({
  perSecond: sumOf(Object.values(callers).map(({ count }) => count)),
  failed: sumOf(Object.values(callers).map(({ failed }) => failed)),
});

/** The state of the system as it is drawn; rates of events come from two readings. */
export const systemMap = (system: System, before?: System): SystemMap => {
  const byName = new Map<string, Service>(system.services.map((one) => [one.service, one]));
  const seconds = before === undefined ? 0 : (Date.parse(system.at) - Date.parse(before.at)) / 1_000;
  const heads = headsOf(system);
  const headsBefore = before === undefined ? undefined : headsOf(before);
  const publishedBy = (owner: string): number =>
    rounded(
      sumOf(
        [...heads]
          .filter(([feed]) => feed.startsWith(`${owner}/`))
          .map(([feed, head]) => rate(headsBefore?.get(feed), head, seconds)),
      ),
    );
  const owners = ownerNames
    .flatMap((name) => byName.get(name) ?? [])
    .map((owner) => ({ ...owner, calls: flowsOf(owner), published: publishedBy(owner.service) }));
  return {
    owners,
    worker: byName.get('worker'),
    composer: byName.get('composer'),
    projection: byName.get('projection'),
    gateway: { ...system.gateway, requests: requestsOf(system.gateway) },
    views: viewsOf(system, before, seconds),
    published: rounded(sumOf(owners.map(({ published }) => published))),
  };
};

export const flowInWords = ({ perSecond, failed }: Flow): string =>
  `${perSecond}/s${failed > 0 ? `, ${failed} failed` : ''}`;
