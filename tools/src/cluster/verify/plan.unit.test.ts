import { selectSteps, tableOf } from './plan';

const NAMES = ['install', 'demo', 'rollout', 'uninstall'];
const ALL = { only: [], from: undefined, keep: false };

describe('the steps of a verification', () => {
  it('are all, in order, unless some are selected', () => {
    expect(selectSteps(NAMES, ALL)).toEqual(NAMES);
    expect(selectSteps(NAMES, { ...ALL, only: ['rollout', 'demo'] })).toEqual(['demo', 'rollout']);
  });

  it('continue from a step', () => {
    expect(selectSteps(NAMES, { ...ALL, from: 'rollout' })).toEqual(['rollout', 'uninstall']);
    expect(selectSteps(NAMES, { ...ALL, from: 'demo', only: ['install', 'rollout'] })).toEqual(['rollout']);
  });

  it('end before the uninstallation when the releases are kept, unless it is selected', () => {
    expect(selectSteps(NAMES, { ...ALL, keep: true })).toEqual(['install', 'demo', 'rollout']);
    expect(selectSteps(NAMES, { ...ALL, keep: true, only: ['uninstall'] })).toEqual(['uninstall']);
  });

  it.each([{ only: ['rolout'] }, { from: 'rolout' }])('reject a name that does not exist: %j', (wrong) => {
    expect(() => selectSteps(NAMES, { ...ALL, ...wrong })).toThrow(
      /There is no step rolout\. The steps are install, demo/,
    );
  });
});

describe('the table of a verification', () => {
  it('has a line for each step, with the first line of its result, and the total', () => {
    const table = tableOf([
      { step: 'install', seconds: 43.21, ok: true, result: 'ready' },
      { step: 'demo', seconds: 100, ok: false, result: 'an order is pending\nand more' },
    ]);
    expect(table).toBe(
      [
        'step     seconds  result',
        'install     43.2  ready',
        'demo       100.0  FAILED: an order is pending',
        'total      143.2  2.4 minutes',
        '',
      ].join('\n'),
    );
  });
});
