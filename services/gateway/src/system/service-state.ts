import type { Faults } from '@bankside/contracts';
import type { ServiceOfSystem, Vitals } from '@bankside/contracts/http';

const SLOW_MS = 1_000;

type Judged = Pick<ServiceOfSystem, 'state' | 'reasons'>;

const inSeconds = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`);
const inPercent = (share: number): string => `${Math.round(share * 100)} %`;

const failuresOf = ({ ready, missing, crashes, faults = {} }: Vitals): readonly string[] => [
  ...(ready ? [] : [`Not ready: ${missing ?? 'unknown'}`]),
  ...((faults.errorRate ?? 0) > 0 ? [`Fails ${inPercent(faults.errorRate!)} of requests on purpose`] : []),
  ...(crashes > 0 ? [`${crashes} unexpected errors in the last 30 s`] : []),
];

const delaysOf = ({ p95Ms = 0 }: Vitals, faults: Faults): readonly string[] => [
  ...((faults.delayMs ?? 0) > 0 ? [`Slow by ${inSeconds(faults.delayMs!)} on purpose`] : []),
  ...((faults.viewDelayMs ?? 0) > 0
    ? [`Views are late by ${inSeconds(faults.viewDelayMs!)} on purpose`]
    : []),
  ...(p95Ms > SLOW_MS && !faults.delayMs
    ? [`95 % of requests take up to ${inSeconds(Math.round(p95Ms))}`]
    : []),
];

/** The state of a service, derived from its own vitals: an outage of another service never counts against it. */
export const stateOf = (vitals: Vitals | undefined): Judged => {
  if (vitals === undefined) return { state: 'down', reasons: ['Does not respond'] };
  const failures = failuresOf(vitals);
  const delays = delaysOf(vitals, vitals.faults ?? {});
  const reasons = [...failures, ...delays];
  if (failures.length > 0) return { state: 'failing', reasons };
  return { state: delays.length > 0 ? 'slow' : 'ok', reasons };
};
