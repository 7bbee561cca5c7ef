/** The values of one run of a subject, by figure. */
export type Figures = Readonly<Record<string, number>>;

/** One of the implementations that a measurement compares. */
export type Subject = Readonly<{
  name: string;
  run: () => Promise<Figures>;
  /** Its part of the warm-up round. Default: `run`. */
  warmUp?: () => Promise<unknown>;
}>;

/** A subject whose calls take turns with those of others. Both numbers count from 0; round 0 is the warm-up. */
export type SubjectOfCalls = Readonly<{
  name: string;
  /** Returns how long each of its parts took, in milliseconds. */
  call: (at: Readonly<{ round: number; turn: number }>) => Promise<Figures>;
}>;

/** The samples of one figure of one subject, one for each round. */
export type Row = Readonly<{ subject: string; figure: string; unit: string; samples: readonly number[] }>;

/** A figure with an optional bound: the ratio of two subjects round by round, or the samples of one. */
export type Goal = Readonly<{
  name: string;
  what: string;
  unit?: string;
  samples: readonly number[];
  atLeast?: number;
  atMost?: number;
}>;

export type Results = Readonly<{ rows: readonly Row[]; goals?: readonly Goal[]; notes?: readonly string[] }>;

export type RunOptions = Readonly<{
  log: (line: string) => void;
  /** Overrides the measurement's own number of rounds. */
  rounds?: number;
}>;

/** `name` selects the measurement on the command line. */
export type Measurement = Readonly<{
  name: string;
  title: string;
  /** Whether the measurement runs only when it is named: it takes much time and disk space. */
  onRequest?: boolean;
  run: (options: RunOptions) => Promise<Results>;
}>;

export type Rounds = Readonly<{
  samples: (subject: string, figure: string) => readonly number[];
  /** One row for each subject with the figure. */
  rows: (figure: string, unit: string) => readonly Row[];
  /** The figure of `of` divided by that of `over`, round by round. */
  ratio: (figure: string, of: string, over: string) => readonly number[];
}>;
