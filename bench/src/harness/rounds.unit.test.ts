import { alternate, interleave } from './rounds';

const quiet = { log: () => undefined, pauseMs: 0 };

/** Two subjects that count their runs and record the order. */
const twoSubjects = () => {
  const order: string[] = [];
  const subject = (name: string, factor: number) => ({
    name,
    run: async () => {
      order.push(name);
      return { speed: order.filter((one) => one === name).length * factor };
    },
  });
  return { order, subjects: [subject('ours', 10), subject('theirs', 5)] };
};

describe('rounds of two subjects', () => {
  it('alternate, so that each subject starts a round equally often', async () => {
    const { order, subjects } = twoSubjects();
    await alternate(subjects, { ...quiet, rounds: 2 });
    expect(order).toEqual(['ours', 'theirs', 'theirs', 'ours', 'ours', 'theirs']);
  });
  it('exclude the warm-up from the samples', async () => {
    const { subjects } = twoSubjects();
    const { samples } = await alternate(subjects, { ...quiet, rounds: 2 });
    expect(samples('ours', 'speed')).toEqual([20, 30]);
  });
  it('begin with the warm-up of a subject where it has one', async () => {
    const { order, subjects } = twoSubjects();
    const [ours, theirs] = subjects;
    const warmUp = async () => void order.push('longer');
    await alternate([{ ...ours!, warmUp }, theirs!], { ...quiet, rounds: 1 });
    expect(order).toEqual(['longer', 'theirs', 'theirs', 'ours']);
  });
  it('compare the subjects round by round', async () => {
    const { subjects } = twoSubjects();
    const { ratio } = await alternate(subjects, { ...quiet, rounds: 2 });
    expect(ratio('speed', 'ours', 'theirs')).toEqual([2, 2]);
  });
  it('have a row for each subject with the figure, and no other', async () => {
    const { subjects } = twoSubjects();
    const silent = { name: 'silent', run: async () => ({}) };
    const { rows } = await alternate([...subjects, silent], { ...quiet, rounds: 1 });
    expect(rows('speed', '/s').map(({ subject }) => subject)).toEqual(['ours', 'theirs']);
  });
});

describe('calls of two subjects', () => {
  it('take turns, also at the begin of a turn, in the warm-up and in each round', async () => {
    const made: string[] = [];
    const subject = (name: string) => ({
      name,
      call: async ({ round, turn }: Readonly<{ round: number; turn: number }>) => {
        made.push(`${name} ${round}.${turn}`);
        return { append: round * 10 + turn };
      },
    });
    const { rows } = await interleave([subject('ours'), subject('theirs')], {
      rounds: 1,
      turns: 2,
      log: () => undefined,
    });
    expect(made).toEqual([0, 1].flatMap((round) => [`ours ${round}.0`, `theirs ${round}.0`, `theirs ${round}.1`, `ours ${round}.1`])); // prettier-ignore
    expect(rows('append', 'ms').map(({ samples }) => samples)).toEqual([[10], [10]]);
  });
});
