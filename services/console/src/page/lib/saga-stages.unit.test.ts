import type { Step } from './api-types';
import { lengthOf, runningCalls, stagesOf } from './saga-stages';

const call = (step: string, stage: number, state: Step['state'] = 'pending'): Step => ({
  step,
  summary: step,
  kind: 'compensatable',
  stage,
  state,
  attempts: 0,
});
const undo = (step: Step, state: Step['state']): Step => ({
  ...step,
  compensation: { ...call(`undo-${step.step}`, step.stage, state) },
});

describe('the stages of a saga', () => {
  it('have the steps side by side that run side by side, in the order of the stages', () => {
    const steps = [call('reserve/a', 1), call('reserve/b', 1), call('authorize', 2), call('verify', 0)];
    expect(stagesOf(steps).map(({ steps: own }) => own.map(({ step }) => step))).toEqual([
      ['verify'],
      ['reserve/a', 'reserve/b'],
      ['authorize'],
    ]);
  });

  it('have the compensations that were reached', () => {
    const steps = [undo(call('reserve', 0, 'done'), 'running'), undo(call('authorize', 1), 'pending')];
    expect(stagesOf(steps).map(({ compensations }) => compensations.map(({ step }) => step))).toEqual([
      ['undo-reserve'],
      [],
    ]);
    expect(runningCalls(steps).map(({ step }) => step)).toEqual(['undo-reserve']);
  });
});

describe('the length of a step', () => {
  const startedAt = '2026-01-01T00:00:00.000Z';
  it('is the time to its last response', () =>
    expect(lengthOf({ ...call('a', 0), startedAt, endedAt: '2026-01-01T00:00:00.250Z' })).toBe(250));
  it('is unknown before a response', () => expect(lengthOf({ ...call('a', 0), startedAt })).toBeUndefined());
});
