import { setTimeout as wait } from 'node:timers/promises';
import type { ApiClient } from '@bankside/client';
import type { Faults } from '@bankside/contracts';
import { brokerAt, messageOf, type ManagedProcess, type System } from '@bankside/tools';
import { kindOf, type Disruption } from './fault-schedule';
import { describe, networkNemesis, type InjectedLinkFaults } from './network-nemesis';
import { recoveriesOf, type Injection } from './recoveries';
import type { DisruptionKind, InjectedDisruption } from './timeline';

/** The faults that were injected, for the report. */
export type InjectedFaults = InjectedLinkFaults &
  Readonly<{
    kills: Readonly<Record<string, number>>;
    pauses: number;
    brokerWipes: number;
    brokerRestarts: number;
    faults: Readonly<Record<string, number>>;
    /** A kill has recovered when the process passes its readiness probe, a fault of links when those at their ends do. */
    disruptions: readonly InjectedDisruption[];
    /** Processes that never became ready again, and other faults that could not be ended, each with its reason. */
    lost: readonly string[];
  }>;

type NemesisOptions = Readonly<{
  operator: ApiClient;
  /** Restarts a broker that is not a process of the system. */
  restartBroker?: (() => Promise<void>) | undefined;
  log: (line: string) => void;
}>;

type BrokerOptions = Pick<NemesisOptions, 'restartBroker'> &
  Readonly<{ record: (injection: Injection) => void; onLost: (what: string) => void }>;

const BROKER = 'broker';

/** Injects the faults of the broker; `record` receives each that took effect. */
const brokerNemesis = (brokerUrl: string, { restartBroker, record, onLost }: BrokerOptions) => {
  let restarting = false;
  return {
    /** Deletes everything in the broker, unless it is unreachable. */
    wipe: (): Promise<void> => {
      const atMs = performance.now();
      return brokerAt(brokerUrl)
        .wipe()
        .then(
          () => record({ atMs, kind: 'wipe-broker', target: BROKER, forMs: 0, hits: [BROKER] }),
          () => undefined,
        );
    },
    restart: async (): Promise<void> => {
      if (restarting || !restartBroker) return;
      restarting = true;
      const atMs = performance.now();
      await restartBroker().then(
        () =>
          record({
            atMs,
            kind: 'restart-broker',
            target: BROKER,
            forMs: 0,
            hits: [BROKER],
            readyAtMs: { [BROKER]: performance.now() },
          }),
        (error: unknown) => onLost(`the broker did not restart: ${messageOf(error)}`),
      );
      restarting = false;
    },
  };
};

const nameOf = (faults: Faults): string => Object.keys(faults).join('+');

/** Sets all fault switches of a service. Resolves to false when the service did not confirm them. */
const faultSwitches = (operator: ApiClient) => {
  let keys = 0;
  return async (service: string, faults: Faults): Promise<boolean> => {
    const key = `faults-${(keys += 1)}`;
    const reply = await operator
      .call('PUT', `/api/faults/${service}`, { body: faults, key })
      .catch(() => undefined);
    return reply?.status === 200;
  };
};

const count = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

/** Resolves when the process is ready, or to false when it is not in time; `restore` waits again, without faults. */
const isReadyInTime = (process: ManagedProcess): Promise<boolean> =>
  process.whenReady().then(
    () => true,
    () => false,
  );

/** A line for the log. */
const lineOf = (disruption: Disruption): string => {
  switch (disruption.type) {
    case 'kill':
      return `kill ${disruption.process}`;
    case 'pause':
      return `pause ${disruption.process} for ${disruption.forMs} ms`;
    case 'wipe-broker':
      return 'wipe the broker';
    case 'restart-broker':
      return 'restart the broker';
    case 'faults':
      return `${nameOf(disruption.faults)} at ${disruption.service} for ${disruption.forMs} ms`;
    case 'impair':
    case 'reset':
    case 'forget':
      return describe(disruption);
  }
};

const countsOf = (injections: readonly Injection[]) => {
  const of = (kind: DisruptionKind): readonly Injection[] => injections.filter((one) => one.kind === kind);
  const kills: Record<string, number> = {};
  for (const { target } of of('kill')) count(kills, kindOf(target));
  return {
    kills,
    pauses: of('pause').length,
    brokerWipes: of('wipe-broker').length,
    brokerRestarts: of('restart-broker').length,
  };
};

/** Injects faults into a running system and counts them. Named after the fault injector of Jepsen. */
export const nemesis = (system: System, { operator, restartBroker, log }: NemesisOptions) => {
  const faultCounts: Record<string, number> = {};
  const injections: Injection[] = [];
  const lost: string[] = [];
  const underWay = new Set<Promise<void>>();
  const put = faultSwitches(operator);
  const record = (injection: Injection): void => void injections.push(injection);
  const broker = brokerNemesis(system.addresses.brokerUrl, {
    restartBroker,
    record,
    onLost: (what) => lost.push(what),
  });
  const keep = (work: Promise<void>): void => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };
  const processOf = (name: string): ManagedProcess => system.processes().get(name)!;
  const network =
    system.network && networkNemesis(system.network, (name) => isReadyInTime(processOf(name)), record);

  const kill = (name: string): void => {
    const running = processOf(name);
    const { pid } = running;
    if (pid === undefined) return; // Still restarting after the previous kill.
    const killed = { atMs: performance.now(), kind: 'kill', target: name, forMs: 0, hits: [name] } as const;
    running.kill();
    keep(
      running.whenRestarted(pid).then(
        () => record({ ...killed, readyAtMs: { [name]: performance.now() } }),
        () => record(killed), // `restore` waits again, without faults.
      ),
    );
  };
  const pause = async (name: string, forMs: number): Promise<void> => {
    record({ atMs: performance.now(), kind: 'pause', target: name, forMs, hits: [name] });
    processOf(name).pause();
    await wait(forMs);
    processOf(name).resume();
  };
  const injectFaults = async (service: string, faults: Faults, forMs: number): Promise<void> => {
    const atMs = performance.now();
    if (await put(service, faults)) {
      count(faultCounts, nameOf(faults));
      record({ atMs, kind: 'switches', target: `${service}: ${nameOf(faults)}`, forMs, hits: [] });
    }
    await wait(forMs);
    await put(service, {});
  };

  const inject = (disruption: Disruption): void => {
    log(lineOf(disruption));
    switch (disruption.type) {
      case 'kill':
        return kill(disruption.process);
      case 'pause':
        return keep(pause(disruption.process, disruption.forMs));
      case 'wipe-broker':
        return keep(broker.wipe());
      case 'restart-broker':
        return keep(broker.restart());
      case 'faults':
        return keep(injectFaults(disruption.service, disruption.faults, disruption.forMs));
      case 'impair':
      case 'reset':
      case 'forget':
        return keep(network!.inject(disruption)); // It has links.
    }
  };

  return {
    /** Injects each disruption at its time. */
    run: async (schedule: readonly Disruption[]): Promise<void> => {
      const begun = performance.now();
      for (const disruption of schedule) {
        await wait(Math.max(0, disruption.atMs - (performance.now() - begun)));
        inject(disruption);
      }
    },
    /** Resolves once running disruptions have ended, every process is ready and all fault switches are off. */
    restore: async (services: readonly string[]): Promise<void> => {
      await Promise.all(underWay);
      for (const running of system.processes().values())
        await running.whenReady().catch((error: unknown) => lost.push(messageOf(error)));
      for (const service of services)
        if (!(await put(service, {}))) lost.push(`the fault switches of ${service} could not be turned off`);
    },
    injected: (): InjectedFaults => ({
      ...countsOf(injections),
      faults: faultCounts,
      ...(network?.injected() ?? { network: {}, links: [] }),
      disruptions: recoveriesOf(injections, system.network?.links ?? []),
      lost: [...new Set(lost)],
    }),
  };
};
