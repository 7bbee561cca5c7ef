import { boundOf, isMet } from './goals';
import type { Results, Goal, Row } from './measurement';
import { spreadOf } from '@bankside/std';

const BAR_WIDTH = 30;
const NUMBER_WIDTH = 10;

/** Three significant digits, with spaces between groups of thousands. */
export const numberText = (value: number): string => {
  if (!Number.isFinite(value)) return '-';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const [whole, fraction] = value.toFixed(digits).split('.');
  const grouped = whole!.replaceAll(/\B(?=(\d{3})+$)/g, ' ');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
};

const barOf = (value: number, most: number): string => {
  const width = Number.isFinite(value) && most > 0 ? Math.round((value / most) * BAR_WIDTH) : 0;
  return '█'.repeat(Math.max(value > 0 ? 1 : 0, width));
};

const figuresOf = (rows: readonly Row[]): readonly (readonly Row[])[] => {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.figure} ${row.unit}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
};

const headingOf = ({ figure, unit }: Row): string => (figure === unit ? figure : `${figure}, ${unit}`);

const group = (rows: readonly Row[], width: number): readonly string[] => {
  const spreads = rows.map(({ samples }) => spreadOf(samples));
  const most = Math.max(...spreads.map(({ median }) => median));
  const heading = ['min', 'median', 'max'].map((name) => name.padStart(NUMBER_WIDTH)).join('');
  return [
    `  ${headingOf(rows[0]!).padEnd(width)}${heading}`,
    ...rows.map(({ subject }, index) => {
      const { min, median, max } = spreads[index]!;
      const numbers = [min, median, max].map((value) => numberText(value).padStart(NUMBER_WIDTH)).join('');
      return `    ${subject.padEnd(width - 2)}${numbers}  ${barOf(median, most)}`;
    }),
  ];
};

export const goalLine = (goal: Goal): string => {
  const { min, median, max } = spreadOf(goal.samples);
  const unit = goal.unit === undefined ? '' : ` ${goal.unit}`;
  const value = `${numberText(median)}${unit} (${numberText(min)} to ${numberText(max)})`;
  const bound = boundOf(goal);
  const verdict = bound === undefined ? '' : `, goal ${bound}${unit}: ${isMet(goal) ? 'met' : 'MISSED'}`;
  return `${goal.name}  ${goal.what}: ${value}${verdict}`;
};

/** The results as text. Each bar shows a median, scaled within its figure. */
export const tableOf = (title: string, { rows, goals = [], notes = [] }: Results): string => {
  const longest = Math.max(
    ...rows.map((row) => Math.max(row.subject.length + 2, headingOf(row).length)),
    NUMBER_WIDTH,
  );
  return [
    title,
    ...figuresOf(rows).flatMap((some) => group(some, longest + 2)),
    ...goals.map((goal) => `  ${goalLine(goal)}`),
    ...notes.map((note) => `  ${note}`),
  ].join('\n');
};
