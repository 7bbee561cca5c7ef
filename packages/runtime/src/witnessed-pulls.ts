import { eventKeys, isSignedHead, type Invoke } from '@bankside/dapr';
import { witnessingPull, witnessProblems, type Pull, type WitnessProblem } from '@bankside/feed';
import { throttle } from '@bankside/std';
import type { Pool } from 'pg';
import { begin, counter } from '@bankside/metrics';
import type { Registry } from 'prom-client';
import type { Logger } from './logger';
import { pullFeed } from './pull-feed';

const LOG_EVERY_MS = 60_000;

type WitnessRuntime = Readonly<{
  pool: Pool;
  invoke: Invoke;
  logger: Logger;
  metrics: Registry;
  config: Readonly<{ EVENT_PUBLIC_KEYS: Readonly<Record<string, string>> }>;
}>;

const MESSAGES: Readonly<Record<WitnessProblem, string>> = {
  rewritten:
    'the chain of a feed no longer has the head that this service has kept: its history was rewritten',
  unsigned: 'the head of a feed has no valid signature of its owner',
  unavailable: 'the heads of feeds could not be read or kept; retrying',
};

/** Pulls feeds by service invocation, and keeps their signed heads in the service's own database. */
export const witnessedPulls = ({ pool, invoke, logger, metrics, config }: WitnessRuntime) => {
  const keys = eventKeys(config.EVENT_PUBLIC_KEYS);
  const problems = counter(metrics, 'feed_head_problems_total');
  const isLogged = throttle(LOG_EVERY_MS, () => performance.now());
  const pulls = new Map<string, Pull>();

  const pullOf = (source: string): Pull =>
    witnessingPull({
      pool,
      source,
      pull: pullFeed(invoke, source),
      isSigned: (partition, head) => isSignedHead(keys, { source, partition }, head),
      report: (problem, partition, error) => {
        problems.inc({ source, problem });
        if (!isLogged(`${source}/${partition} ${problem}`)) return;
        logger.error({ source, partition, ...(error instanceof Error && { err: error }) }, MESSAGES[problem]);
      },
    });

  return (source: string): Pull => {
    const known = pulls.get(source);
    if (known !== undefined) return known;
    begin(
      problems,
      witnessProblems.map((problem) => ({ source, problem })),
    );
    const pull = pullOf(source);
    pulls.set(source, pull);
    return pull;
  };
};
