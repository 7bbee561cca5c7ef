import { randomUUID } from 'node:crypto';
import { signIn, type ApiClient } from '@bankside/client';
import { PreflightError } from '../../errors';
import { until } from '../../supervision/until';
import { DEPOSIT_CENTS, openAccount } from '../../first-orders';
import { killPod, service as selectorOf } from './disruptions';
import type { Kubectl } from './kubectl';
import { heldLocks, type Held } from './locks';

/** Longer than a leader's pod takes to be gone and a follower to try again. */
const TAKEN_OVER_WITHIN_MS = 60_000;
const ROUNDS = 120;
/** Of each round: enough that two that follow each other go to different replicas. */
const READS = 2;

const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];

/** Each lock is held once by its nature; this says that the pods of a service hold it, and that these live. */
const checkHolders = (held: readonly Held[], pods: readonly string[]): void => {
  for (const { what, pod } of held) if (!pods.includes(pod)) throw new Error(`${what} is held by ${pod}`);
};

/** Kills the pod of a service that holds the most, and waits until the others hold what it held. */
const takeOver = async (cluster: Kubectl, service: string): Promise<string> => {
  const of = async (): Promise<readonly Held[]> =>
    (await heldLocks(cluster)).filter((one) => one.service === service);
  const before = await of();
  const count = (pod: string): number => before.filter((one) => one.pod === pod).length;
  const [leader] = distinct(before.map(({ pod }) => pod)).toSorted((one, other) => count(other) - count(one));
  if (leader === undefined) throw new PreflightError(`Nobody leads anything in ${service}.`);
  const wanted = distinct(before.map(({ what }) => what));
  const startedAt = performance.now();
  await killPod(cluster, leader);
  await until(
    async () => {
      const now = await of();
      checkHolders(
        now,
        (await cluster.pods(selectorOf(service))).filter((pod) => pod !== leader),
      );
      const missing = wanted.filter((what) => !now.some((one) => one.what === what));
      if (missing.length > 0) throw new Error(`nobody holds ${missing.join(', ')}`);
    },
    { what: `${service} without ${leader}`, timeoutMs: TAKEN_OVER_WITHIN_MS },
  );
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  return `${service}: ${wanted.length} held by ${distinct(before.map(({ pod }) => pod)).length} replicas, ${count(leader)} of them taken over in ${seconds} s`;
};

/** How many requests each pod of a service has answered, as it counts them itself. */
const answeredBy = async ({ kubectl }: Kubectl, service: string, pods: readonly string[]) => {
  const script =
    "fetch('http://127.0.0.1:3000/metrics').then((r)=>r.text()).then((t)=>console.log(t.split('\\n').filter((l)=>/^http_request_duration_seconds_count.*accountNumber/.test(l)).reduce((sum,l)=>sum+Number(l.split(' ').pop()),0)))";
  const counts = await Promise.all(
    pods.map(async (pod) =>
      Number(await kubectl('exec', pod, `--container=${service}`, '--', 'node', '-e', script)),
    ),
  );
  return counts;
};

/** Writes to one stream, and reads it at once, through whichever replica is next: nobody may see an older balance. */
const writeAndRead = async (api: ApiClient, account: string): Promise<void> => {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const balance = DEPOSIT_CENTS + round;
    const { body } = await api.post(`/api/accounts/${account}/deposits`, randomUUID(), { amountCents: 1 });
    if (body['balanceCents'] !== balance)
      throw new PreflightError(
        `Deposit ${round} was answered with a balance of ${String(body['balanceCents'])}.`,
      );
    for (let read = 0; read < READS; read += 1) {
      const seen = (await api.get(`/api/accounts/${account}`)).body['balanceCents'];
      if (seen !== balance)
        throw new PreflightError(`After deposit ${round} a replica sees ${String(seen)}.`);
    }
  }
};

const cachesAgree = async (cluster: Kubectl, gatewayUrl: string): Promise<string> => {
  const api = await signIn({ role: 'teller' }, { gatewayUrl });
  try {
    const { accountNumber } = await openAccount(api);
    const pods = await cluster.pods(selectorOf('accounts'));
    const before = await answeredBy(cluster, 'accounts', pods);
    await writeAndRead(api, accountNumber);
    const after = await answeredBy(cluster, 'accounts', pods);
    const shares = after.map((count, at) => count - before[at]!);
    if (shares.filter((share) => share > 0).length < 2)
      throw new PreflightError(`One replica of accounts answered everything: ${shares.join(', ')}.`);
    return `${ROUNDS} deposits and ${ROUNDS * READS} reads of one account, answered by ${shares.join(', ')}: none saw an older balance`;
  } finally {
    await api.close();
  }
};

/** What shows only where a service runs more than once. */
export const replicasWork = async (cluster: Kubectl, gatewayUrl: string): Promise<string> => {
  const relays = await takeOver(cluster, 'accounts');
  const leases = await takeOver(cluster, 'projection');
  return [relays, leases, await cachesAgree(cluster, gatewayUrl)].join('; ');
};
