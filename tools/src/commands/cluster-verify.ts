import { parseArgs } from 'node:util';
import { verify } from '../cluster/verify/verify';

const PURCHASES = 150;
/** One of each kind: an event-sourced service, one with several partitions, leases of views, Temporal's worker, the entrance. */
const SCALED = ['accounts', 'orders', 'projection', 'worker', 'gateway'];

/** For `--only partition`. */
const NETWORK_IMAGE = 'nicolaka/netshoot:v0.13';

/** Proves the charts on the cluster that kubectl is set up for. */
export const clusterVerify = (args: readonly string[]): Promise<number> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      namespace: { type: 'string', default: 'bankside-verify' },
      gateway: { type: 'string' },
      values: { type: 'string', multiple: true, default: [] },
      'backing-values': { type: 'string', multiple: true, default: [] },
      purchases: { type: 'string', default: String(PURCHASES) },
      scale: { type: 'string', multiple: true, default: SCALED },
      only: { type: 'string', multiple: true, default: [] },
      from: { type: 'string' },
      'network-image': { type: 'string', default: NETWORK_IMAGE },
      seed: { type: 'string', default: String(Date.now() % 1_000) },
      keep: { type: 'boolean', default: false },
    },
  });
  return verify({
    namespace: values.namespace,
    gateway: values.gateway,
    values: values.values,
    backingValues: values['backing-values'],
    purchases: Number(values.purchases),
    scaled: values.scale,
    only: values.only,
    from: values.from,
    networkImage: values['network-image'],
    seed: Number(values.seed),
    keep: values.keep,
  });
};
