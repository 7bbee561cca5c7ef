import type { AuditedEvent } from './audited-event';

/**
 * Something that several services take part in, such as an order: collects their events about it and finds what they
 * disagree on.
 */
export type Matter = Readonly<{
  add: (event: AuditedEvent) => void;
  judge: () => Judgement;
}>;

/**
 * `open`: more has to follow, which only a saga or reaction that still runs excuses. `unfounded`: other services have acted
 * on something that its owner has not begun, or that was settled before. `wrong`: it has ended, and they disagree.
 */
export type Judgement =
  Readonly<{ is: 'settled' }> | Readonly<{ is: 'open' | 'unfounded' | 'wrong'; problem: string }>;

export const SETTLED: Judgement = { is: 'settled' };
export const open = (problem: string): Judgement => ({ is: 'open', problem });
export const unfounded = (problem: string): Judgement => ({ is: 'unfounded', problem });
export const wrong = (problem: string): Judgement => ({ is: 'wrong', problem });
