import { bufferedWrites } from './buffered-writes';

describe('buffered writes', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const start = (write: (rows: readonly number[]) => Promise<void>) => {
    const errors: unknown[] = [];
    return { errors, ...bufferedWrites({ write, onError: (error) => errors.push(error) }) };
  };

  it('write together the rows of half a second', async () => {
    const written: (readonly number[])[] = [];
    const { add } = start(async (rows) => void written.push(rows));
    add(1);
    add(2);
    await jest.advanceTimersByTimeAsync(499);
    expect(written).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    add(3);
    await jest.advanceTimersByTimeAsync(500);
    expect(written).toEqual([[1, 2], [3]]);
  });

  it('write the rows that wait when they are stopped, and nothing when none wait', async () => {
    const written: (readonly number[])[] = [];
    const { add, stop } = start(async (rows) => void written.push(rows));
    add(1);
    await stop();
    await stop();
    expect(written).toEqual([[1]]);
  });

  it('report a failed write and lose its rows only', async () => {
    const written: (readonly number[])[] = [];
    const { add, stop, errors } = start(async (rows) => {
      if (rows.includes(1)) throw new Error('down');
      written.push(rows);
    });
    add(1);
    await jest.advanceTimersByTimeAsync(500);
    add(2);
    await stop();
    expect({ errors, written }).toEqual({ errors: [new Error('down')], written: [[2]] });
  });

  it('drop rows beyond ten thousand', async () => {
    const written: number[] = [];
    const { add, stop } = start(async (rows) => void written.push(rows.length));
    for (let row = 0; row < 10_005; row += 1) add(row);
    await stop();
    expect(written).toEqual([10_000]);
  });

  it('have one write under way, and drop rows beyond ten thousand meanwhile', async () => {
    const written: number[] = [];
    let end = (): void => undefined;
    const { add, stop } = start((rows) => {
      written.push(rows.length);
      return new Promise((resolve) => {
        end = resolve;
      });
    });
    add(0);
    await jest.advanceTimersByTimeAsync(500);
    for (let row = 0; row < 10_005; row += 1) add(row);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(written).toEqual([1]);
    end();
    await jest.advanceTimersByTimeAsync(0);
    expect(written).toEqual([1, 10_000]);
    end();
    await stop();
  });
});
