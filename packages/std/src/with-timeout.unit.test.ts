import { withTimeout } from './with-timeout';

describe('withTimeout', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  const late = () => new Error('late');

  it('returns the result of work that ends in time, and leaves no timer', async () => {
    expect(await withTimeout(Promise.resolve(1), 10, late)).toBe(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('throws the error of work that fails in time', async () => {
    await expect(withTimeout(Promise.reject(new Error('failed')), 10, late)).rejects.toThrow('failed');
  });

  it('throws the error of the caller once the time is over, whatever becomes of the work', async () => {
    let fail = (_error: Error): void => undefined;
    const work = new Promise<never>((_resolve, reject) => {
      fail = reject;
    });
    const result = withTimeout(work, 10, late);
    jest.advanceTimersByTime(10);
    await expect(result).rejects.toThrow('late');
    fail(new Error('failed'));
  });
});
