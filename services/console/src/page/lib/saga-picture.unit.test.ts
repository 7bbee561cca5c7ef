import type { Call, Step, StepState } from './answers';
import { inWords, sagaPicture } from './saga-picture';

const call = (step: string, state: StepState): Call => ({ step, summary: step, state, attempts: 1 });
const step = (name: string, state: StepState, undo: StepState = 'pending'): Step => ({
  ...call(name, state),
  undo: call(`un-${name}`, undo),
});

const under_way = [step('reserve', 'done'), step('withdraw', 'running'), call('confirm', 'pending')];
const confirmed = [step('reserve', 'done'), step('withdraw', 'done'), call('confirm', 'done')];
const undone = [
  step('reserve', 'done', 'done'),
  step('authorize', 'done', 'done'),
  step('withdraw', 'refused'),
  call('confirm', 'pending'),
  call('reject', 'done'),
];
const places = (steps: readonly Step[]) =>
  sagaPicture(steps).nodes.map(({ id, lane, row, order }) => [id, lane, row, order]);
const arrows = (steps: readonly Step[]) =>
  sagaPicture(steps).edges.map(({ from, kind, to }) => `${from} ${kind} ${to}`);

describe('the picture of a saga', () => {
  it('goes down, and shows what is still to come', () => {
    expect(places(under_way)).toEqual([
      ['do reserve', 'do', 0, undefined],
      ['do withdraw', 'do', 1, undefined],
      ['do confirm', 'do', 2, undefined],
    ]);
    expect(arrows(under_way)).toEqual(['do reserve forward do withdraw', 'do withdraw ahead do confirm']);
  });

  it('has no way back when all went well', () => {
    expect(arrows(confirmed)).toEqual(['do reserve forward do withdraw', 'do withdraw forward do confirm']);
  });

  it('turns where it was refused and goes up beside the steps, newest first, to the last word', () => {
    expect(places(undone)).toEqual([
      ['do reserve', 'do', 1, undefined],
      ['do authorize', 'do', 2, undefined],
      ['do withdraw', 'do', 3, undefined],
      ['do confirm', 'do', 4, undefined],
      ['undo un-authorize', 'undo', 2, 1],
      ['undo un-reserve', 'undo', 1, 2],
      ['end reject', 'undo', 0, undefined],
    ]);
    expect(arrows(undone)).toEqual([
      'do reserve forward do authorize',
      'do authorize forward do withdraw',
      'do withdraw ahead do confirm',
      'do withdraw turn undo un-authorize',
      'undo un-authorize back undo un-reserve',
      'undo un-reserve back end reject',
    ]);
  });

  it('undoes beside its step what may have happened although nobody answered', () => {
    const given_up = [step('reserve', 'done', 'running'), step('withdraw', 'unknown', 'done')];
    expect(arrows(given_up).slice(1)).toEqual([
      'do withdraw turn undo un-withdraw',
      'undo un-withdraw back undo un-reserve',
    ]);
  });

  it('is empty without steps', () => expect(sagaPicture([])).toEqual({ nodes: [], edges: [], rows: 0 }));
});

describe('the picture in words', () => {
  it('tells the undo newest first', () =>
    expect(inWords(undone)).toBe(
      'Steps: reserve done, authorize done, withdraw refused, confirm pending, reject done. Undone, newest first: un-authorize done, un-reserve done.',
    ));
  it('says nothing of an undo that was not needed', () =>
    expect(inWords(confirmed)).toBe('Steps: reserve done, withdraw done, confirm done.'));
});
