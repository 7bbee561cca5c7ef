import type { ConsumersOfService } from './api-types';

export type Consumer = ConsumersOfService['consumers'][number];

const WORST_FIRST = ['stuck', 'unknown', 'behind'] as const;

/** The worst state of some consumers; `current` without any. */
export const worstOf = (consumers: readonly Pick<Consumer, 'state'>[]): Consumer['state'] =>
  WORST_FIRST.find((worst) => consumers.some(({ state }) => state === worst)) ?? 'current';

export const deadLettersInWords = (count: number): string =>
  `${count} ${count === 1 ? 'dead letter' : 'dead letters'}`;
