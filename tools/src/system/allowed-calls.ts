import type { Calls, ServiceSpec } from './services';

const FEED = 'GET /feed';

/** The calls that a service accepts, by caller: as the chart's template `bankside.allowed-calls` derives them. */
export const allowedCallsOf = (
  name: string,
  services: readonly ServiceSpec[],
): Readonly<{ calls: Calls; systemCalls: Calls }> => {
  const byCaller = (operationsOf: (caller: ServiceSpec) => readonly string[]): Calls =>
    Object.fromEntries(
      services
        .filter((caller) => caller.name !== name)
        .map((caller) => [caller.name, operationsOf(caller)] as const)
        .filter(([, operations]) => operations.length > 0),
    );
  return {
    calls: byCaller(({ calls }) => calls[name] ?? []),
    systemCalls: byCaller(({ systemCalls, subscribes }) => [
      ...(systemCalls[name] ?? []),
      ...(subscribes.includes(name) ? [FEED] : []),
    ]),
  };
};
