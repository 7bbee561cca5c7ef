import { useState } from 'preact/hooks';
import { topOf, type Line, type Mark } from '../lib/curves';
import { timeOf } from '../lib/time';

const WIDTH = 460;
const HEIGHT = 170;
const PAD = { left: 46, right: 10, top: 12, bottom: 22 } as const;

export type Span = Readonly<{ from: number; to: number }>;

type Scales = Readonly<{ x: (at: number) => number; y: (value: number) => number }>;

/** The line of a series, interrupted where a value is unknown; a value between two gaps is a dot. */
const pathOf = ({ points }: Line, { x, y }: Scales): string => {
  let isDown = false;
  return points
    .map(({ at, value }) => {
      if (value === undefined) {
        isDown = false;
        return '';
      }
      const place = `${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
      const piece = isDown ? `L${place}` : `M${place}h0`;
      isDown = true;
      return piece;
    })
    .join('');
};

/** Room for the text of a mark, and its longest text. */
const MARK_WIDTH = 13;
const MARK_LETTERS = 26;

/** Marks with a text where there is room for it. */
const spaced = (marks: readonly Mark[], x: Scales['x']) => {
  let taken = -Infinity;
  return marks.map(({ at, text }) => {
    const left = x(Date.parse(at));
    const [words = ''] = text.split(':');
    const hasRoom = left - taken >= MARK_WIDTH;
    if (hasRoom) taken = left;
    return { key: `${at} ${text}`, left, text: hasRoom ? words.slice(0, MARK_LETTERS) : '' };
  });
};

const Marks = ({ of, x }: { of: readonly Mark[]; x: Scales['x'] }) => (
  <>
    {spaced(of, x).map(({ key, left, text }) => (
      <g class="c-mark" key={key}>
        <line x1={left} x2={left} y1={PAD.top} y2={HEIGHT - PAD.bottom} />
        <text transform={`translate(${left - 4} ${HEIGHT - PAD.bottom - 4}) rotate(-90)`}>{text}</text>
      </g>
    ))}
  </>
);

const nearest = ({ points }: Line, at: number) =>
  points.reduce(
    (best, point) => (Math.abs(point.at - at) < Math.abs(best.at - at) ? point : best),
    points[0]!,
  );

const Legend = ({
  lines,
  format,
  at,
}: {
  lines: readonly Line[];
  format: (value: number) => string;
  at: number | undefined;
}) => (
  <ul class="c-legend">
    {lines.map((line, index) => {
      const point = at === undefined ? line.points.at(-1) : nearest(line, at);
      return (
        <li key={line.name} class={`s${index % 8}`}>
          {line.name} <b>{point?.value === undefined ? '–' : format(point.value)}</b>
        </li>
      );
    })}
  </ul>
);

/** Lines over the same time, with what operators did meanwhile. The page has the figures as a table. */
export const Chart = ({
  title,
  lines,
  span,
  marks,
  format,
}: {
  title: string;
  lines: readonly Line[];
  span: Span;
  marks: readonly Mark[];
  format: (value: number) => string;
}) => {
  const [at, setAt] = useState<number | undefined>();
  const top = topOf(lines);
  const plot = { width: WIDTH - PAD.left - PAD.right, height: HEIGHT - PAD.top - PAD.bottom };
  const scales: Scales = {
    x: (time) => PAD.left + (Math.max(0, time - span.from) / (span.to - span.from)) * plot.width,
    y: (value) => PAD.top + (1 - value / top) * plot.height,
  };
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${title}. The table below has the figures.`}
        onMouseMove={({ currentTarget, clientX }) => {
          const { left, width } = currentTarget.getBoundingClientRect();
          const share = (((clientX - left) / width) * WIDTH - PAD.left) / plot.width;
          setAt(span.from + Math.max(0, Math.min(1, share)) * (span.to - span.from));
        }}
        onMouseLeave={() => setAt(undefined)}
      >
        {[0, top / 2, top].map((value) => (
          <g class="c-grid" key={value}>
            <line x1={PAD.left} x2={WIDTH - PAD.right} y1={scales.y(value)} y2={scales.y(value)} />
            <text x={PAD.left - 6} y={scales.y(value) + 4} text-anchor="end">
              {format(value)}
            </text>
          </g>
        ))}
        {[0, 1 / 3, 2 / 3, 1].map((share) => {
          const time = span.from + share * (span.to - span.from);
          return (
            <text
              class="c-time"
              key={share}
              x={scales.x(time)}
              y={HEIGHT - 6}
              text-anchor={share === 0 ? 'start' : share === 1 ? 'end' : 'middle'}
            >
              {timeOf(new Date(time).toISOString())}
            </text>
          );
        })}
        <Marks of={marks} x={scales.x} />
        {lines.map((line, index) => (
          <path key={line.name} class={`c-line s${index % 8}`} d={pathOf(line, scales)} />
        ))}
        {at !== undefined && (
          <line class="c-cursor" x1={scales.x(at)} x2={scales.x(at)} y1={PAD.top} y2={HEIGHT - PAD.bottom} />
        )}
      </svg>
      {lines.length === 0 && <p class="small muted">All are 0.</p>}
      <Legend lines={lines} format={format} at={at} />
    </figure>
  );
};
