import { setTimeout as wait } from 'node:timers/promises';
import type { ApiClient } from '@bankside/client';
import type { Faults } from '@bankside/contracts';
import { brokerAt, type ManagedProcess, type System } from '@bankside/tools';
import { kindOf, type Disruption } from './fault-schedule';
import { describe, networkNemesis, type InjectedLinkFaults } from './network-nemesis';

/** The faults that were injected, for the report. */
export type InjectedFaults = InjectedLinkFaults &
  Readonly<{
    kills: Readonly<Record<string, number>>;
    pauses: number;
    brokerWipes: number;
    brokerRestarts: number;
    faults: Readonly<Record<string, number>>;
    /** Milliseconds from each kill until the process passes its readiness probe again. */
    recoveryMs: readonly number[];
    /** Processes that never became ready again. */
    lost: readonly string[];
  }>;

type NemesisOptions = Readonly<{
  operator: ApiClient;
  /** Restarts a broker that is not a process of the system. */
  restartBroker?: (() => Promise<void>) | undefined;
  log: (line: string) => void;
}>;

/** Injects the faults of the broker and counts them. */
const brokerNemesis = (
  brokerUrl: string,
  restartBroker: NemesisOptions['restartBroker'],
  onLost: (what: string) => void,
) => {
  let wipes = 0;
  let restarts = 0;
  let restarting = false;
  return {
    /** Deletes everything in the broker, unless it is unreachable. */
    wipe: (): Promise<void> =>
      brokerAt(brokerUrl)
        .wipe()
        .then(
          () => void (wipes += 1),
          () => undefined,
        ),
    restart: async (): Promise<void> => {
      if (restarting || !restartBroker) return;
      restarting = true;
      await restartBroker().then(
        () => void (restarts += 1),
        (error: unknown) => onLost(`the broker: ${String(error)}`),
      );
      restarting = false;
    },
    injected: () => ({ brokerWipes: wipes, brokerRestarts: restarts }),
  };
};

const count = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

const nameOf = (faults: Faults): string => Object.keys(faults).join('+');

/** Injects faults into a running system and counts them. Named after the fault injector of Jepsen. */
export const nemesis = (system: System, { operator, restartBroker, log }: NemesisOptions) => {
  const kills: Record<string, number> = {};
  const faultCounts: Record<string, number> = {};
  const recoveryMs: number[] = [];
  const lost: string[] = [];
  const underWay = new Set<Promise<void>>();
  const sums = { pauses: 0, keys: 0 };
  const broker = brokerNemesis(system.addresses.brokerUrl, restartBroker, (what) => lost.push(what));
  const keep = (work: Promise<void>): void => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };
  const processOf = (name: string): ManagedProcess => system.processes().get(name)!;
  const network = networkNemesis(system.network!, (name) =>
    processOf(name)
      .whenReady()
      .catch(() => undefined),
  );

  const kill = (name: string): void => {
    const running = processOf(name);
    const { pid } = running;
    if (pid === undefined) return; // Still restarting after the previous kill.
    count(kills, kindOf(name));
    const begun = performance.now();
    running.kill();
    keep(
      running.whenRestarted(pid).then(
        () => void recoveryMs.push(performance.now() - begun),
        () => undefined, // `restore` waits again, without faults.
      ),
    );
  };
  const pause = async (name: string, forMs: number): Promise<void> => {
    sums.pauses += 1;
    processOf(name).pause();
    await wait(forMs);
    processOf(name).resume();
  };
  const put = async (service: string, faults: Faults): Promise<boolean> => {
    const key = `faults-${(sums.keys += 1)}`;
    const reply = await operator
      .call('PUT', `/api/faults/${service}`, { body: faults, key })
      .catch(() => undefined);
    return reply?.status === 200;
  };
  const injectFaults = async (service: string, faults: Faults, forMs: number): Promise<void> => {
    if (await put(service, faults)) count(faultCounts, nameOf(faults));
    await wait(forMs);
    await put(service, {});
  };

  const inject = (disruption: Disruption): void => {
    switch (disruption.type) {
      case 'kill':
        log(`kill ${disruption.process}`);
        return kill(disruption.process);
      case 'pause':
        log(`pause ${disruption.process} for ${disruption.forMs} ms`);
        return keep(pause(disruption.process, disruption.forMs));
      case 'wipe-broker':
        log('wipe the broker');
        return keep(broker.wipe());
      case 'restart-broker':
        log('restart the broker');
        return keep(broker.restart());
      case 'faults':
        log(`${nameOf(disruption.faults)} at ${disruption.service} for ${disruption.forMs} ms`);
        return keep(injectFaults(disruption.service, disruption.faults, disruption.forMs));
      case 'impair':
      case 'reset':
      case 'forget':
        log(describe(disruption));
        return keep(network.inject(disruption));
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
        await running.whenReady().catch(() => lost.push(running.name));
      for (const service of services)
        if (!(await put(service, {}))) lost.push(`${service}, whose fault switches could not be set`);
    },
    injected: (): InjectedFaults => ({
      kills,
      pauses: sums.pauses,
      ...broker.injected(),
      faults: faultCounts,
      ...network.injected(),
      recoveryMs,
      lost: [...new Set(lost)],
    }),
  };
};
