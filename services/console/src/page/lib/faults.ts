import type { ResponseOf } from './api-types';
import { duration } from './time';

type FaultValues = ResponseOf<'getStatus'>['faults'][number]['faults'];

const percent = (share: unknown): string => {
  const rounded = Math.round(Number(share) * 100);
  return rounded === 100 ? '' : ` ${rounded} %`;
};
const span = (ms: unknown): string => {
  const number = Number(ms);
  return number < 1_000 || number % 1_000 !== 0 ? duration(number) : `${number / 1_000} s`;
};

/** Each switch in a few words, as on a sticker. */
const WORDS: Readonly<Record<string, (value: unknown) => string>> = {
  delayMs: (ms) => `slow ${span(ms)}`,
  errorRate: (share) => `fails${percent(share)}`,
  rejectNext: (count) => `rejects the next ${String(count)}`,
  crashAfterEffect: () => 'crashes after its next commit',
  dropRate: (share) => `loses${percent(share) || ' all'} events`,
  doubleRate: (share) => `doubles${percent(share) || ' all'} events`,
  reorderRate: (share) => `reorders${percent(share) || ' all'} events`,
  viewDelayMs: (ms) => `views late ${span(ms)}`,
  poisonNext: (count) => `poisons the next ${String(count)}`,
  poisonStream: (stream) => `poisons ${String(stream)}`,
};

/** The value that switches a fault off. */
const offOf = (value: unknown): number | boolean | string => {
  if (typeof value === 'boolean') return false;
  return typeof value === 'string' ? '' : 0;
};

type FaultOn = Readonly<{ name: string; text: string; off: number | boolean | string }>;

/** The switches that are on, with a few words for each. */
export const faultsOn = (faults: FaultValues): readonly FaultOn[] =>
  Object.entries(faults).flatMap(([name, value]) => {
    const words = WORDS[name];
    return !value || words === undefined ? [] : [{ name, text: words(value), off: offOf(value) }];
  });

export const faultInWords = (faults: FaultValues): string =>
  faultsOn(faults)
    .map(({ text }) => text)
    .join(', ');
