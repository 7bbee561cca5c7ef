import { setTimeout as wait } from 'node:timers/promises';
import { percentile } from '@bankside/std';
import type { Figures, Rounds, Subject, SubjectOfCalls } from './measurement';

type RoundsOptions = Readonly<{
  rounds: number;
  log: (line: string) => void;
  /** Pause between two runs, so that deferred work, such as database writes, does not slow the next run. */
  pauseMs?: number;
}>;

const PAUSE_MS = 300;

const roundsOf = (
  subjects: readonly Readonly<{ name: string }>[],
  results: ReadonlyMap<string, readonly Figures[]>,
): Rounds => {
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
  log('warm-up');
  for (const { run, warmUp = run } of subjects) {
    await warmUp();
    await wait(pauseMs);
  }
  for (let round = 1; round <= rounds; round += 1) {
    log(`round ${round} of ${rounds}`);
    for (const { name, run } of round % 2 === 0 ? subjects : subjects.toReversed()) {
      results.get(name)!.push(await run());
      await wait(pauseMs);
    }
  }
  return roundsOf(subjects, results);
};

type InterleaveOptions = Readonly<{ rounds: number; turns: number; log: (line: string) => void }>;

const mediansOf = (calls: readonly Figures[]): Figures =>
  Object.fromEntries(
    Object.keys(calls[0] ?? {}).map((figure) => [
      figure,
      percentile(
        calls.map((call) => call[figure]!),
        0.5,
      ),
    ]),
  );

/**
 * Makes one call of each subject in every turn, one at a time: whatever slows the machine for a second slows a call of each,
 * where subjects that run one after the other would differ. The figures of a round are the medians of its calls. Discards a
 * warm-up round.
 */
export const interleave = async (
  subjects: readonly SubjectOfCalls[],
  { rounds, turns, log }: InterleaveOptions,
): Promise<Rounds> => {
  const results = new Map(subjects.map(({ name }) => [name, [] as Figures[]]));
  for (let round = 0; round <= rounds; round += 1) {
    log(round === 0 ? 'warm-up' : `round ${round} of ${rounds}`);
    const calls = new Map(subjects.map(({ name }) => [name, [] as Figures[]]));
    for (let turn = 0; turn < turns; turn += 1)
      for (const { name, call } of turn % 2 === 0 ? subjects : subjects.toReversed())
        calls.get(name)!.push(await call({ round, turn }));
    if (round === 0) continue;
    for (const [name, ofRound] of calls) results.get(name)!.push(mediansOf(ofRound));
  }
  return roundsOf(subjects, results);
};
