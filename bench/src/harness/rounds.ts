import { setTimeout as wait } from 'node:timers/promises';
import type { Figures, Rounds, Subject } from './measurement';

type RoundsOptions = Readonly<{
  rounds: number;
  log: (line: string) => void;
  /** Pause between two runs, so that deferred work, such as database writes, does not slow the next run. */
  pauseMs?: number;
}>;

const PAUSE_MS = 300;

const roundsOf = (subjects: readonly Subject[], results: ReadonlyMap<string, readonly Figures[]>): Rounds => {
  const samples = (subject: string, figure: string): readonly number[] =>
    (results.get(subject) ?? []).flatMap((figures) => figures[figure] ?? []);
  return {
    samples,
    rows: (figure, unit) =>
      subjects
        .map(({ name }) => ({ subject: name, figure, unit, samples: samples(name, figure) }))
        .filter((row) => row.samples.length > 0),
    ratio: (figure, of, over) => {
      const baselines = samples(over, figure);
      return samples(of, figure).map((value, round) => value / baselines[round]!);
    },
  };
};

/**
 * Runs the subjects in turn and reverses their order in every second round, so that no subject always runs first and drift
 * of the machine affects all of them. Discards a warm-up round.
 */
export const alternate = async (
  subjects: readonly Subject[],
  { rounds, log, pauseMs = PAUSE_MS }: RoundsOptions,
): Promise<Rounds> => {
  const results = new Map(subjects.map(({ name }) => [name, [] as Figures[]]));
  for (let round = 0; round <= rounds; round += 1) {
    log(round === 0 ? 'warm-up' : `round ${round} of ${rounds}`);
    for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
      const figures = await subject.run();
      if (round > 0) results.get(subject.name)!.push(figures);
      await wait(pauseMs);
    }
  }
  return roundsOf(subjects, results);
};
