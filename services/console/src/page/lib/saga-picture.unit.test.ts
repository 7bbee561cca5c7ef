import type { Call, Step, StepState } from './api-types';
import { textOfPicture, sagaPicture } from './saga-picture';

const call = (step: string, state: StepState): Call => ({ step, summary: step, state, attempts: 1 });
const step = (name: string, state: StepState, compensation: StepState = 'pending'): Step => ({
  ...call(name, state),
  compensation: call(`un-${name}`, compensation),
});

const under_way = [step('reserve', 'done'), step('withdraw', 'running'), call('confirm', 'pending')];
const confirmed = [step('reserve', 'done'), step('withdraw', 'done'), call('confirm', 'done')];
const compensated = [
  step('reserve', 'done', 'done'),
  step('authorize', 'done', 'done'),
  step('withdraw', 'rejected'),
  call('confirm', 'pending'),
  call('reject', 'done'),
];
const places = (steps: readonly Step[]) =>
  sagaPicture(steps).nodes.map(({ id, lane, row, order }) => [id, lane, row, order]);
const arrows = (steps: readonly Step[]) =>
  sagaPicture(steps).edges.map(({ from, kind, to }) => `${from} ${kind} ${to}`);

describe('the picture of a saga', () => {
  it('leads down the steps, including those still pending', () => {
    expect(places(under_way)).toEqual([
      ['step reserve', 'steps', 0, undefined],
      ['step withdraw', 'steps', 1, undefined],
      ['step confirm', 'steps', 2, undefined],
    ]);
    expect(arrows(under_way)).toEqual([
      'step reserve forward step withdraw',
      'step withdraw ahead step confirm',
    ]);
  });

  it('draws no compensation for a confirmed saga', () => {
    expect(arrows(confirmed)).toEqual([
      'step reserve forward step withdraw',
      'step withdraw forward step confirm',
    ]);
  });

  it('turns at the rejected step and leads up past the compensations, newest first, to the outcome', () => {
    expect(places(compensated)).toEqual([
      ['step reserve', 'steps', 1, undefined],
      ['step authorize', 'steps', 2, undefined],
      ['step withdraw', 'steps', 3, undefined],
      ['step confirm', 'steps', 4, undefined],
      ['compensation un-authorize', 'compensations', 2, 1],
      ['compensation un-reserve', 'compensations', 1, 2],
      ['end reject', 'compensations', 0, undefined],
    ]);
    expect(arrows(compensated)).toEqual([
      'step reserve forward step authorize',
      'step authorize forward step withdraw',
      'step withdraw ahead step confirm',
      'step withdraw turn compensation un-authorize',
      'compensation un-authorize back compensation un-reserve',
      'compensation un-reserve back end reject',
    ]);
  });

  it('draws the compensation beside a step whose outcome is unknown', () => {
    const given_up = [step('reserve', 'done', 'running'), step('withdraw', 'unknown', 'done')];
    expect(arrows(given_up).slice(1)).toEqual([
      'step withdraw turn compensation un-withdraw',
      'compensation un-withdraw back compensation un-reserve',
    ]);
  });

  it('is empty without steps', () => expect(sagaPicture([])).toEqual({ nodes: [], edges: [], rows: 0 }));
});

describe('the picture in words', () => {
  it('lists the compensations newest first', () =>
    expect(textOfPicture(compensated)).toBe(
      'Steps: reserve done, authorize done, withdraw rejected, confirm pending, reject done. Compensated, newest first: un-authorize done, un-reserve done.',
    ));
  it('leaves out a compensation that was not needed', () =>
    expect(textOfPicture(confirmed)).toBe('Steps: reserve done, withdraw done, confirm done.'));
});
