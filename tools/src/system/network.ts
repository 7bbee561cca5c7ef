import { isSidecar, linkName, pairsOf, sidecarOf } from '../network/pairs';
import type { RemoteProxy } from '../network/control';
import type { Proxied } from '../processes/sidecar';
import type { ServiceSpec } from './services';

/** How the processes of a system reach each other. */
export type Network = Readonly<{
  /** The address, as host and port, at which `from` reaches `to`, which listens on `address`. */
  reach: (from: string, to: string, address: string) => Promise<string>;
  /** How the sidecar of a replica reaches other sidecars. Default: directly. */
  proxied: (instance: string) => Promise<Proxied | undefined>;
}>;

export const directNetwork: Network = {
  reach: (_from, _to, address) => Promise.resolve(address),
  proxied: () => Promise.resolve(undefined),
};

/** The links of a running system, and the proxy that impairs them. */
export type ProxiedNetwork = Network & Readonly<{ links: readonly string[]; proxy: RemoteProxy }>;

/**
 * Every pair of processes communicates through the proxy. Clients of Kafka connect to the addresses that its brokers
 * advertise, so with `directBroker` no link leads to a broker.
 */
export const proxiedNetwork = (
  proxy: RemoteProxy,
  services: readonly ServiceSpec[],
  { replicas, directBroker }: Readonly<{ replicas: number; directBroker: boolean }>,
): ProxiedNetwork => {
  const pairs = pairsOf(services, replicas).filter(([, to]) => !(directBroker && to === 'redis'));
  const links = pairs.map(([from, to]) => linkName(from, to));
  return {
    links,
    proxy,
    reach: async (from, to, address) => {
      if (!links.includes(linkName(from, to))) throw new Error(`${from} and ${to} are no pair of processes.`);
      return `127.0.0.1:${await proxy.addListener(from, to, Number(address.split(':').at(-1)))}`;
    },
    proxied: async (instance) => {
      const sidecar = sidecarOf(instance);
      const callees = pairs.flatMap(([from, to]) => (from === sidecar && isSidecar(to) ? [to] : []));
      const port = await proxy.addHttpProxy(sidecar, callees);
      return { hostName: sidecar, httpsProxy: `http://127.0.0.1:${port}` };
    },
  };
};

/** The URL with the address at which `from` reaches `to`. */
export const urlThrough = async (
  network: Network,
  from: string,
  to: string,
  url: string,
): Promise<string> => {
  const reached = new URL(url);
  reached.host = await network.reach(from, to, reached.host);
  return reached.href;
};
