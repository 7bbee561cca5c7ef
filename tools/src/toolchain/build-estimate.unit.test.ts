import { buildEstimate } from './build-estimate';

describe('the progress of builds', () => {
  const counts = [
    { packages: 100, compiled: 100 },
    { packages: 300, compiled: 100 },
  ];

  it('names the packages of the current program and the share of all', () => {
    expect(buildEstimate(counts, 1, 5_000)).toBe('100 of 300 packages, 50% of all');
  });

  it('extrapolates the time that is left once enough is compiled', () => {
    expect(buildEstimate(counts, 1, 60_000)).toBe('100 of 300 packages, 50% of all, about 1 min 0 s left');
  });

  it('names the link of a program whose packages are all compiled', () => {
    expect(buildEstimate(counts, 0, 5_000)).toBe('linking, 50% of all');
  });

  it('leaves out the share of all when one program is built', () => {
    expect(buildEstimate([{ packages: 10, compiled: 0 }], 0, 0)).toBe('0 of 10 packages');
  });
});
