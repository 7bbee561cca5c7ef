/** What one run of one side shows: values by figure. */
export type Figures = Readonly<Record<string, number>>;

/** One of those that are compared. */
export type Subject = Readonly<{ name: string; run: () => Promise<Figures> }>;

/** The values of one figure of one side, one of each round. */
export type Row = Readonly<{ subject: string; figure: string; unit: string; samples: readonly number[] }>;

/** A figure that must reach a bound: a ratio of two sides round by round, or the values of one of them. */
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
  say: (line: string) => void;
  /** Instead of the measurement's own number. */
  rounds?: number;
}>;

/** One thing that is measured, by its name on the command line. */
export type Measurement = Readonly<{
  name: string;
  title: string;
  run: (effort: RunOptions) => Promise<Results>;
}>;

export type Rounds = Readonly<{
  samples: (side: string, figure: string) => readonly number[];
  /** A row for each side that has the figure. */
  rows: (figure: string, unit: string) => readonly Row[];
  /** The figure of one side over that of another, round by round. */
  ratio: (figure: string, of: string, over: string) => readonly number[];
}>;
