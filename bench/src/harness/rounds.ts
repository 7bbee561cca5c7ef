import { setTimeout as wait } from 'node:timers/promises';
import type { Figures, Rounds, Subject } from './measurement';

export type RoundsOptions = Readonly<{
  rounds: number;
  log: (line: string) => void;
  /** What a run has left to do, such as writes of the database to disk, shall not fall on the next one. */
  pauseMs?: number;
}>;

const PAUSE_MS = 300;

const roundsOf = (sides: readonly Subject[], found: ReadonlyMap<string, readonly Figures[]>): Rounds => {
  const samples = (side: string, figure: string): readonly number[] =>
    (found.get(side) ?? []).flatMap((figures) => figures[figure] ?? []);
  return {
    samples,
    rows: (figure, unit) =>
      sides
        .map(({ name }) => ({ side: name, figure, unit, samples: samples(name, figure) }))
        .filter((row) => row.samples.length > 0),
    ratio: (figure, of, over) => {
      const rivals = samples(over, figure);
      return samples(of, figure).map((value, round) => value / rivals[round]!);
    },
  };
};

/**
 * Runs the sides in turn, each second round backwards, so that none of them always comes first and slow changes of the
 * machine fall on all alike. One round before the first is a warm-up and does not count.
 */
export const alternate = async (
  sides: readonly Subject[],
  { rounds, log: say, pauseMs = PAUSE_MS }: RoundsOptions,
): Promise<Rounds> => {
  const found = new Map(sides.map(({ name }) => [name, [] as Figures[]]));
  for (let round = 0; round <= rounds; round += 1) {
    say(round === 0 ? 'warm-up' : `round ${round} of ${rounds}`);
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const figures = await side.run();
      if (round > 0) found.get(side.name)!.push(figures);
      await wait(pauseMs);
    }
  }
  return roundsOf(sides, found);
};
