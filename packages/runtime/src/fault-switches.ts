import {
  commitFaults,
  requestFaults,
  viewFaults,
  withDuration,
  type ActiveFaults,
  type Faults,
} from '@bankside/contracts';
import { staffOnly } from '@bankside/auth';
import { fingerprintOf, idempotencyKey, keyReused, parseBody } from '@bankside/http';
import { appendBounded } from '@bankside/kernel';
import { Router, type Request, type Response } from 'express';

const SCHEMAS = {
  requests: withDuration(requestFaults),
  commits: withDuration(commitFaults),
  views: withDuration(viewFaults),
} as const;

type Put = Readonly<{ key: string; fingerprint: string; response: ActiveFaults }>;

/** Kept in memory, like the faults themselves: a restart loses both. */
const firstPuts = () => {
  let puts: readonly Put[] = [];
  return {
    /** The response to an earlier request with this key. @throws Problem 422 if that was a different request */
    find: (req: Request): ActiveFaults | undefined => {
      const first = puts.find(({ key }) => key === idempotencyKey(req));
      if (first !== undefined && first.fingerprint !== fingerprintOf(req)) throw keyReused();
      return first?.response;
    },
    add: (req: Request, response: ActiveFaults): void => {
      puts = appendBounded(puts, { key: idempotencyKey(req), fingerprint: fingerprintOf(req), response });
    },
  };
};

type Switch = Readonly<{ value: unknown; until: number }>;

/** The switches of one process. Each is on by itself and ends by itself. */
const switchBoard = (now: () => number) => {
  let switches: ReadonlyMap<string, Switch> = new Map();
  const on = (): readonly (readonly [string, Switch])[] =>
    [...switches].filter(([, { value, until }]) => Boolean(value) && until > now());
  return {
    /** The values of those that are on. */
    values: (): Faults => Object.fromEntries(on().map(([name, { value }]) => [name, value])),
    active: (): ActiveFaults => {
      const known = on();
      if (known.length === 0) return {};
      const until = known.map(([name, one]) => [name, new Date(one.until).toISOString()]);
      return {
        ...Object.fromEntries(known.map(([name, { value }]) => [name, value])),
        until: Object.fromEntries(until) as NonNullable<ActiveFaults['until']>,
      };
    },
    clear: (): void => {
      switches = new Map();
    },
    turn: (faults: Faults, seconds: number): void => {
      const until = now() + seconds * 1_000;
      const turned = Object.entries(faults).map(([name, value]) => [name, { value, until }] as const);
      switches = new Map([...on(), ...turned]);
    },
    /** Changes a value, and not the end. */
    count: (name: keyof Faults, value: number): void => {
      const known = switches.get(name);
      if (known) switches = new Map([...switches, [name, { ...known, value }]]);
    },
  };
};

/**
 * The switches of the faults of one process, and `GET`, `PUT` and `PATCH /faults`: `PUT` replaces all faults, `PATCH` keeps
 * those that its body leaves out.
 */
export const faultSwitches = (of: keyof typeof SCHEMAS, now: () => number) => {
  const board = switchBoard(now);
  const puts = firstPuts();
  const schema = SCHEMAS[of];
  const routes = Router();
  routes.use(staffOnly);
  routes.get('/', (_req, res) => void res.json(board.active()));
  const turn = (replaces: boolean) => (req: Request, res: Response) => {
    const { seconds, ...faults } = parseBody(schema, req.body);
    const first = puts.find(req);
    if (first !== undefined) return void res.set('Idempotent-Replayed', 'true').json(first);
    if (replaces) board.clear();
    board.turn(faults, seconds);
    const response = board.active();
    puts.add(req, response);
    res.json(response);
  };
  routes.put('/', turn(true));
  routes.patch('/', turn(false));
  const { values, active, count } = board;
  return { routes, values, active, count };
};

export type FaultSwitches = ReturnType<typeof faultSwitches>;
