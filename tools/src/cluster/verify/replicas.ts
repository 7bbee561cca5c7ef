import { randomUUID } from 'node:crypto';
import { signIn, type ApiClient } from '@bankside/client';
import { PreflightError } from '../../errors';
import { until } from '../../supervision/until';
import { DEPOSIT_CENTS, openAccount } from '../../first-orders';
import { killPod, service as selectorOf } from './disruptions';
import type { Kubectl } from './kubectl';
import { heldLocks, type Held } from './locks';

/** Longer than a leader's pod takes to end and another replica to take its locks. */
const TAKEN_OVER_WITHIN_MS = 60_000;
const ROUNDS = 120;
/** Reads of each round: enough for consecutive ones to reach different replicas. */
const READS = 2;

const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];

/** PostgreSQL grants each lock once; this checks that a living pod of the service holds it. */
const checkHolders = (held: readonly Held[], pods: readonly string[]): void => {
  for (const { what, pod } of held) if (!pods.includes(pod)) throw new Error(`${what} is held by ${pod}`);
};

/** Kills the pod of a service that holds the most locks, and waits until the others hold them. */
const takeOver = async (cluster: Kubectl, service: string): Promise<string> => {
  const of = async (): Promise<readonly Held[]> =>
    (await heldLocks(cluster)).filter((one) => one.service === service);
  const before = await of();
  const count = (pod: string): number => before.filter((one) => one.pod === pod).length;
  const [leader] = distinct(before.map(({ pod }) => pod)).toSorted((one, other) => count(other) - count(one));
  if (leader === undefined) throw new PreflightError(`No pod of ${service} holds a lock.`);
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
      if (missing.length > 0) throw new Error(`no pod holds ${missing.join(', ')}`);
    },
    { what: `${service} without ${leader}`, timeoutMs: TAKEN_OVER_WITHIN_MS },
  );
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  return `${service}: ${wanted.length} held by ${distinct(before.map(({ pod }) => pod)).length} replicas, ${count(leader)} of them taken over in ${seconds} s`;
};

/** The requests that each pod of a service has served, by its own metrics. */
const servedBy = async ({ kubectl }: Kubectl, service: string, pods: readonly string[]) => {
  const script =
    "fetch('http://127.0.0.1:3000/metrics').then((r)=>r.text()).then((t)=>console.log(t.split('\\n').filter((l)=>/^http_request_duration_seconds_count.*accountNumber/.test(l)).reduce((sum,l)=>sum+Number(l.split(' ').pop()),0)))";
  const counts = await Promise.all(
    pods.map(async (pod) =>
      Number(await kubectl('exec', pod, `--container=${service}`, '--', 'node', '-e', script)),
    ),
  );
  return counts;
};

/** Writes to one stream and reads it immediately, through changing replicas: no read may return an older balance. */
const writeAndRead = async (api: ApiClient, account: string): Promise<void> => {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const balance = DEPOSIT_CENTS + round;
    const { body } = await api.post(`/api/accounts/${account}/deposits`, randomUUID(), { amountCents: 1 });
    if (body['balanceCents'] !== balance)
      throw new PreflightError(`Deposit ${round} returned a balance of ${String(body['balanceCents'])}.`);
    for (let read = 0; read < READS; read += 1) {
      const seen = (await api.get(`/api/accounts/${account}`)).body['balanceCents'];
      if (seen !== balance)
        throw new PreflightError(`After deposit ${round} a replica returned a balance of ${String(seen)}.`);
    }
  }
};

const cachesAgree = async (cluster: Kubectl, gatewayUrl: string): Promise<string> => {
  const api = await signIn({ role: 'teller' }, { gatewayUrl });
  try {
    const { accountNumber } = await openAccount(api);
    const pods = await cluster.pods(selectorOf('accounts'));
    const before = await servedBy(cluster, 'accounts', pods);
    await writeAndRead(api, accountNumber);
    const after = await servedBy(cluster, 'accounts', pods);
    const shares = after.map((count, at) => count - before[at]!);
    if (shares.filter((share) => share > 0).length < 2)
      throw new PreflightError(`One replica of accounts served every request: ${shares.join(', ')}.`);
    return `${ROUNDS} deposits and ${ROUNDS * READS} reads of one account, served by ${shares.join(', ')}: none returned an older balance`;
  } finally {
    await api.close();
  }
};

/** Checks that need several replicas of a service. */
export const replicasWork = async (cluster: Kubectl, gatewayUrl: string): Promise<string> => {
  const relays = await takeOver(cluster, 'accounts');
  const leases = await takeOver(cluster, 'projection');
  return [relays, leases, await cachesAgree(cluster, gatewayUrl)].join('; ');
};
