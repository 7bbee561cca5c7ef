import type { ServiceSpec } from './services';

/** Who may call a service, and who may read its feed alone: as the access-control lists of the chart say. */
export const callersEnv = (name: string, services: readonly ServiceSpec[]): Record<string, string> => {
  const others = services.filter((one) => one.name !== name);
  const callers = others.filter(({ invokes }) => invokes.includes(name));
  const readers = others.filter((one) => one.subscribes.includes(name) && !callers.includes(one));
  const list = (specs: readonly ServiceSpec[]): string => specs.map((one) => one.name).join(',');
  return { CALLERS: list(callers), FEED_READERS: list(readers) };
};
