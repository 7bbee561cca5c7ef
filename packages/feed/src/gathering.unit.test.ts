import { gatheringMs } from './gathering';

describe('the time that commits gather after a batch', () => {
  it.each([0, 1, 2, 4])('is none after %d commits', (commits) => expect(gatheringMs(commits)).toBe(0));

  it('grows with the batch', () => {
    expect(gatheringMs(5)).toBe(1);
    expect(gatheringMs(50)).toBe(10);
  });

  it('has a limit', () => {
    expect(gatheringMs(100)).toBe(20);
    expect(gatheringMs(499)).toBe(20);
  });
});
