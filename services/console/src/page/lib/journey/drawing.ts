import { duration } from '../time';
import { bandsOf, type Band, type Mark } from './marks';
import { timeScale, type TimeScale } from './time-scale';

/** Lanes from top to bottom. Those of `OPTIONAL` are drawn when something happens in them. */
const LANES = [
  'browser',
  'gateway',
  'customers',
  'orders',
  'inventory',
  'payments',
  'accounts',
  'cards',
  'loans',
  'worker',
  'broker',
  'projection',
] as const;
const OPTIONAL: ReadonlySet<string> = new Set(['customers', 'cards', 'loans']);

const LANE_HEIGHT = 56;
const TRACK = 20;
const VIEW_ROW = 17;
const TOP = 30;
const BOTTOM = 14;
/** Width of a letter of a label, in pixels. */
const LETTER = 6.3;

type Lane = Readonly<{ id: string; top: number; height: number; rows: readonly string[] }>;
export type Shape = Readonly<{
  mark: Mark;
  x1: number;
  x2: number;
  y: number;
  /** Where its label stands; without one if there is no room. */
  label?: Readonly<{ x: number; y: number; text: string }>;
}>;
export type Edge = Readonly<{ id: string; from: Shape; to: Shape; kind: 'call' | 'broker' | 'pulled' }>;
export type JourneyDrawing = Readonly<{
  width: number;
  height: number;
  lanes: readonly Lane[];
  shapes: readonly Shape[];
  edges: readonly Edge[];
  bands: readonly (Band & Readonly<{ x1: number; x2: number }>)[];
  /** Where the compensations begin. */
  undone: Readonly<{ x: number; y: number }> | undefined;
  late: readonly Readonly<{ x: number; y: number; text: string; cause: string }>[];
  scale: TimeScale;
}>;

/** Places intervals one below the other where they would overlap. */
const tracks = () => {
  const ends: number[] = [];
  return {
    /** The first track that is free at the interval; undefined beyond `most`. */
    place: (from: number, to: number, most = Infinity): number | undefined => {
      const free = ends.findIndex((end) => end <= from);
      const track = free === -1 ? ends.length : free;
      if (track >= most) return undefined;
      ends[track] = to;
      return track;
    },
    count: () => ends.length,
  };
};

const widthOf = (text: string): number => text.length * LETTER + 10;

/** Which track of the worker each saga and step is drawn in, wide enough for its label. */
const workerTracks = (marks: readonly Mark[], scale: TimeScale) => {
  const taken = tracks();
  const rows = new Map<string, number>();
  for (const { id, kind, from, to, short } of marks.filter(({ lane }) => lane === 'worker')) {
    if (kind === 'delivery' || kind === 'dead-letter') continue;
    const start = scale.x(from);
    const end = kind === 'saga' ? Infinity : Math.max(scale.x(to), start + widthOf(short)) + 4;
    rows.set(id, taken.place(start, end)!);
  }
  return { rows, count: Math.max(1, taken.count()) };
};

const viewsOf = (marks: readonly Mark[]): readonly string[] =>
  [
    ...new Set(
      marks
        .filter(({ lane, kind }) => lane === 'projection' && kind === 'delivery')
        .map(({ short }) => short),
    ),
  ].toSorted();

const lanesOf = (marks: readonly Mark[], workerRows: number): readonly Lane[] => {
  const used = new Set(marks.map(({ lane }) => lane));
  const others = [...used].filter((lane) => !(LANES as readonly string[]).includes(lane));
  const views = viewsOf(marks);
  let top = TOP;
  return [...LANES, ...others]
    .filter((id) => !OPTIONAL.has(id) || used.has(id))
    .map((id) => {
      const rows = id === 'projection' ? views : [];
      const height =
        id === 'worker'
          ? Math.max(LANE_HEIGHT, workerRows * TRACK + 36)
          : Math.max(LANE_HEIGHT, rows.length * VIEW_ROW + 26);
      const lane = { id, top, height, rows };
      top += height;
      return lane;
    });
};

const yOf = (mark: Mark, lane: Lane, workerRows: ReadonlyMap<string, number>): number => {
  const track = workerRows.get(mark.id);
  if (track !== undefined) return lane.top + 18 + track * TRACK;
  if (mark.kind === 'delivery' && lane.rows.length > 0)
    return lane.top + 30 + lane.rows.indexOf(mark.short) * VIEW_ROW;
  if (mark.kind === 'delivery' || mark.kind === 'dead-letter') return lane.top + lane.height - 9;
  return lane.top + lane.height / 2;
};

/** Labels of commits and publications, above and below in turn, where there is room. */
const labelled = (
  shapes: readonly Shape[],
  lanes: ReadonlyMap<string, Lane>,
  right: number,
): readonly Shape[] => {
  const above = new Map<string, number>();
  const below = new Map<string, number>();
  return shapes.map((shape) => {
    const { mark, x1 } = shape;
    if (mark.kind !== 'commit' && mark.kind !== 'publication') return shape;
    const lane = lanes.get(mark.lane)!;
    const width = widthOf(mark.short);
    const x = Math.max(0, Math.min(x1 - 6, right - width));
    for (const [taken, y] of [
      [above, shape.y - 13],
      [below, shape.y + 21],
    ] as const) {
      if ((taken.get(lane.id) ?? -Infinity) > x) continue;
      taken.set(lane.id, x + width);
      return { ...shape, label: { x, y, text: mark.short } };
    }
    return shape;
  });
};

const edgeKind = (cause: Mark, { tone, kind }: Mark): Edge['kind'] => {
  if (kind === 'delivery' && tone === 'late') return 'pulled';
  return cause.lane === 'broker' || kind === 'publication' ? 'broker' : 'call';
};

const edgesOf = (shapes: ReadonlyMap<string, Shape>): readonly Edge[] =>
  [...shapes.values()].flatMap((to): Edge[] => {
    const from = to.mark.cause === undefined ? undefined : shapes.get(to.mark.cause);
    if (from === undefined || from.mark.lane === to.mark.lane) return [];
    return [{ id: `${from.mark.id} ${to.mark.id}`, from, to, kind: edgeKind(from.mark, to.mark) }];
  });

/** One note for each event that the broker lost: after how long the first consumer had it. */
const lateNotes = (shapes: readonly Shape[]): JourneyDrawing['late'] => {
  const taken = tracks();
  return shapes.flatMap((shape) => {
    const { mark } = shape;
    if (mark.kind !== 'publication' || mark.tone !== 'late') return [];
    const first = shapes.filter(({ mark: one }) => one.cause === mark.id).map(({ mark: one }) => one.from);
    const text = `lost; pulled after ${duration(Math.max(0, Math.min(...first) - mark.from))}`;
    const track = taken.place(shape.x1, shape.x1 + widthOf(text), 1);
    return track === undefined ? [] : [{ x: shape.x1 + 8, y: shape.y + 4, text, cause: mark.id }];
  });
};

const undoneNote = (shapes: readonly Shape[]): JourneyDrawing['undone'] => {
  const steps = shapes.filter(({ mark }) => mark.kind === 'step' || mark.kind === 'compensation');
  const first = steps.find(({ mark }) => mark.kind === 'compensation');
  return first && { x: first.x1, y: Math.max(...steps.map(({ y }) => y)) + 22 };
};

/** Where everything of a journey is drawn, in pixels. */
export const drawingOf = (marks: readonly Mark[], width: number): JourneyDrawing => {
  const right = width - 24;
  const scale = timeScale(
    marks.flatMap(({ from, to }) => [from, to]),
    10,
    right,
  );
  const worker = workerTracks(marks, scale);
  const lanes = lanesOf(marks, worker.count);
  const laneById = new Map(lanes.map((lane) => [lane.id, lane]));
  const placed = marks.map((mark): Shape => {
    const lane = laneById.get(mark.lane)!;
    const x1 = scale.x(mark.from);
    const x2 = mark.open ? right : scale.x(mark.to);
    return { mark, x1, x2, y: yOf(mark, lane, worker.rows) };
  });
  const shapes = labelled(placed, laneById, width);
  const last = lanes.at(-1)!;
  return {
    width,
    height: last.top + last.height + BOTTOM,
    lanes,
    shapes,
    edges: edgesOf(new Map(shapes.map((shape) => [shape.mark.id, shape]))),
    bands: bandsOf(marks).map((band) => ({
      ...band,
      text: `paid, but your summary does not say so yet: ${duration(band.to - band.from)}`,
      x1: scale.x(band.from),
      x2: scale.x(band.to),
    })),
    undone: undoneNote(shapes),
    late: lateNotes(shapes),
    scale,
  };
};
