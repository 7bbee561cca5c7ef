import { parseArgs } from 'node:util';
import { verify } from '../cluster/verify/verify';

const PURCHASES = 150;
/** One of each kind: an event-sourced service, one with several partitions, leases of views, Temporal's worker, the entrance. */
const SCALED = ['accounts', 'orders', 'projection', 'worker', 'gateway'];

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
    keep: values.keep,
  });
};
