import { isMet } from './goals';
import { goalLine, numberText, tableOf } from './table';

describe('a number in a table', () => {
  it.each([
    [0.456, '0.46'],
    [12.34, '12.3'],
    [999.6, '1 000'],
    [1_234_567, '1 234 567'],
    [Number.NaN, '-'],
  ])('%p is %s', (value, text) => expect(numberText(value)).toBe(text));
});

describe('the goal of a figure', () => {
  const goal = { name: 'P1', what: 'ours over theirs', samples: [2, 4, 3] };
  it('is met by the median', () => {
    expect(isMet({ ...goal, atLeast: 3 })).toBe(true);
    expect(isMet({ ...goal, atLeast: 3.1 })).toBe(false);
    expect(isMet({ ...goal, atMost: 3 })).toBe(true);
    expect(isMet({ ...goal, atMost: 2.9 })).toBe(false);
  });
  it('is not met without samples', () => expect(isMet({ ...goal, samples: [], atLeast: 0 })).toBe(false));
  it('prints the measured value, the spread and the bound', () => {
    expect(goalLine({ ...goal, atLeast: 3.5 })).toBe(
      'P1  ours over theirs: 3.00 (2.00 to 4.00), goal ≥ 3.5: MISSED',
    );
    expect(goalLine({ ...goal, unit: 'ms', atMost: 15 })).toBe(
      'P1  ours over theirs: 3.00 ms (2.00 to 4.00), goal ≤ 15 ms: met',
    );
    expect(goalLine(goal)).toBe('P1  ours over theirs: 3.00 (2.00 to 4.00)');
  });
});

describe('a table', () => {
  it('shows each figure of each subject with a bar to its scale', () => {
    const rows = [
      { subject: 'ours', figure: 'appends', unit: '/s', samples: [100, 300, 200] },
      { subject: 'theirs', figure: 'appends', unit: '/s', samples: [100] },
    ];
    expect(tableOf('Appends', { rows }).split('\n')).toEqual([
      'Appends',
      '  appends, /s         min    median       max',
      `    ours              100       200       300  ${'█'.repeat(30)}`,
      `    theirs            100       100       100  ${'█'.repeat(15)}`,
    ]);
  });
});
