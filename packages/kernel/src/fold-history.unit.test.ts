import { foldHistory } from './fold-history';

const counted = (count: number) => ({ type: 'Counted', data: { count } });
/** A stream of `length` commits of two events each. */
const streamOf = (length: number) => ({
  history: async (_id: string, after: number, limit: number) =>
    Array.from({ length: Math.max(0, Math.min(limit, length - after)) }, (_, index) => ({
      events: [counted(2 * (after + index)), counted(2 * (after + index) + 1)],
    })),
});

describe('folding a history', () => {
  it.each([0, 1, 499, 500, 501, 1000, 1234])(
    'sees each event of %i commits once, in order',
    async (length) => {
      const seen = await foldHistory(streamOf(length), 's', [] as readonly number[], (counts, { data }) => {
        (counts as number[]).push(data.count);
        return counts;
      });
      expect(seen).toEqual(Array.from({ length: 2 * length }, (_, index) => index));
    },
  );
});
