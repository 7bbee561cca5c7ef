import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { drawingOf, type Edge, type JourneyDrawing, type Shape } from '../../lib/journey/drawing';
import { effectsOf, type Mark } from '../../lib/journey/marks';
import { duration } from '../../lib/time';
import { inWords } from '../../lib/in-words';

const MIN_WIDTH = 720;
const LABELS_WIDTH = 116;

/** The width of an element, which follows the window. */
const useWidth = () => {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const watcher = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width)));
    watcher.observe(element.current!);
    return () => watcher.disconnect();
  }, []);
  return [element, width] as const;
};

const diamond = (x: number, y: number, size: number): string =>
  `M${x} ${y - size}L${x + size} ${y}L${x} ${y + size}L${x - size} ${y}Z`;

const BAR = 14;

const bar = ({ x1, x2, y }: Shape, height = BAR) => (
  <rect x={x1} y={y - height / 2} width={Math.max(3, x2 - x1)} height={height} rx={height / 4} />
);

/** Where a saga began to compensate: the end of the step that was rejected. */
const Saga = ({ of, turn }: { of: Shape; turn: number | undefined }) => (
  <>
    {bar(of)}
    <text class="j-label" x={of.x1 + 5} y={of.y + 4}>
      {of.mark.short}
    </text>
    {turn !== undefined && <path class="j-notch" d={`M${turn - 5} ${of.y - 9}h10l-5 9z`} />}
  </>
);

const Body = ({ of, turn }: { of: Shape; turn: number | undefined }) => {
  const { mark, x1, y } = of;
  switch (mark.kind) {
    case 'saga':
      return <Saga of={of} turn={turn} />;
    case 'step':
    case 'compensation':
      return (
        <>
          {bar(of)}
          <text class="j-label" x={x1 + 5} y={y + 4}>
            {mark.short}
          </text>
        </>
      );
    case 'request':
      return bar(of);
    case 'outbox':
      return (
        <>
          <line x1={x1} x2={of.x2} y1={y} y2={y} />
          <path d={diamond(of.x2, y, 5)} />
        </>
      );
    case 'commit':
      return <path d={diamond(x1, y, 7)} />;
    case 'publication':
      return <circle cx={x1} cy={y} r="4" />;
    case 'dead-letter':
      return <path d={`M${x1 - 4} ${y - 4}l8 8m0-8l-8 8`} />;
    case 'delivery':
      return <rect x={x1 - 1.5} y={y - 5} width="3.5" height="10" rx="1" />;
  }
};

const pathOf = ({ from, to, kind }: Edge): string => {
  const [x1, y1, x2, y2] = [from.mark.kind === 'outbox' ? from.x2 : from.x1, from.y, to.x1, to.y];
  if (kind === 'call') return `M${x1} ${y1}C${x1} ${(y1 + y2) / 2} ${x2} ${(y1 + y2) / 2} ${x2} ${y2}`;
  return `M${x1} ${y1}C${x1 + (x2 - x1) * 0.7} ${y1} ${x1 + (x2 - x1) * 0.3} ${y2} ${x2} ${y2}`;
};

const Lanes = ({ of: { lanes, width, height, scale, bands } }: { of: JourneyDrawing }) => (
  <>
    {lanes.map(({ id, top, height: laneHeight }, index) => (
      <rect
        key={id}
        class={`j-lane ${index % 2 === 0 ? 'even' : ''}`}
        x="0"
        y={top}
        width={width}
        height={laneHeight}
      />
    ))}
    {bands.map(({ x1, x2, text }, index) => (
      <g key={`${index} ${text}`} class="j-band">
        <rect x={x1} y={lanes[0]!.top} width={Math.max(2, x2 - x1)} height={height - lanes[0]!.top} />
        <text
          x={x1 > width / 2 ? x2 : x1 + 5}
          y={lanes[0]!.top + 14}
          text-anchor={x1 > width / 2 ? 'end' : 'start'}
        >
          {text}
        </text>
      </g>
    ))}
    {scale.ticks.map(({ x, ms }) => (
      <g key={ms} class="j-tick">
        <line x1={x} x2={x} y1="22" y2={height} />
        <text x={x} y="16" text-anchor="middle">
          {ms === 0 ? '0' : duration(ms)}
        </text>
      </g>
    ))}
    {scale.pauses.map(({ x, ms }) => (
      <g key={x} class="j-pause">
        <path d={`M${x} 22V${height}`} />
        <text x={x} y="16" text-anchor="middle">{`… ${duration(ms)} …`}</text>
      </g>
    ))}
  </>
);

const LaneNames = ({ of: { lanes, height } }: { of: JourneyDrawing }) => (
  <div class="j-names" style={{ height: `${height}px`, width: `${LABELS_WIDTH}px` }} aria-hidden="true">
    {lanes.map(({ id, top, height: laneHeight, rows }) => (
      <div key={id} style={{ top: `${top}px`, height: `${laneHeight}px` }}>
        <b>{inWords(id)}</b>
        {rows.map((row) => (
          <span key={row}>{row}</span>
        ))}
      </div>
    ))}
  </div>
);

/** Begins with the visible label. */
const nameOf = ({ short, title, detail, lane, from }: Mark): string =>
  `${short}: ${inWords(lane)}, after ${duration(from)}. ${title}. ${detail}`;

export type Choice = Readonly<{ chosen: string | undefined; choose: (id: string) => void }>;

/** The next mark in causal order by an arrow key. */
const moved = (marks: readonly Mark[], from: string | undefined, key: string): string | undefined => {
  const at = marks.findIndex(({ id }) => id === from);
  const to = {
    ArrowRight: at + 1,
    ArrowDown: at + 1,
    ArrowLeft: at - 1,
    ArrowUp: at - 1,
    Home: 0,
    End: marks.length - 1,
  }[key];
  return to === undefined ? undefined : marks[Math.max(0, Math.min(marks.length - 1, to))]?.id;
};

/** The journey as a picture. One tab stop; arrow keys move between what happened, in causal order. */
export const Drawing = ({ marks, chosen, choose }: Choice & { marks: readonly Mark[] }) => {
  const [frame, width] = useWidth();
  const [hovered, setHovered] = useState<string | undefined>();
  const drawing = useMemo(() => drawingOf(marks, Math.max(MIN_WIDTH, width - LABELS_WIDTH)), [marks, width]);
  const about = hovered ?? chosen;
  const lit = useMemo(() => (about === undefined ? undefined : effectsOf(marks, about)), [marks, about]);
  const shade = (...ids: readonly string[]): string =>
    lit === undefined ? '' : ids.every((id) => lit.has(id)) ? 'lit' : 'dim';
  const turn = drawing.shapes.find(({ mark }) => mark.kind === 'step' && mark.tone === 'bad');
  const tabStop = marks.some(({ id }) => id === chosen) ? chosen : marks[0]?.id;

  const onKeyDown = (event: KeyboardEvent): void => {
    const next = moved(marks, tabStop, event.key);
    if (next === undefined) return;
    event.preventDefault();
    choose(next);
    frame.current?.querySelector<SVGElement>(`[data-mark="${CSS.escape(next)}"]`)?.focus();
  };

  return (
    <div class="journey" ref={frame}>
      <div
        class="j-scroll"
        role="region"
        aria-label="Picture of the journey"
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <LaneNames of={drawing} />
        <svg
          width={drawing.width}
          height={drawing.height}
          viewBox={`0 0 ${drawing.width} ${drawing.height}`}
          role="group"
          aria-label="Journey: lanes from top to bottom, time to the right. The table below has the same content."
          onMouseLeave={() => setHovered(undefined)}
        >
          <Lanes of={drawing} />
          {drawing.edges.map((edge) => (
            <path
              key={edge.id}
              class={`j-edge ${edge.kind} ${shade(edge.from.mark.id, edge.to.mark.id)}`}
              d={pathOf(edge)}
            />
          ))}
          {drawing.undone && (
            <text class="j-late" x={drawing.undone.x} y={drawing.undone.y}>
              undone, newest first
            </text>
          )}
          {drawing.late.map(({ x, y, text, cause }) => (
            <text key={cause} class={`j-late ${shade(cause)}`} x={x} y={y}>
              {text}
            </text>
          ))}
          {drawing.shapes.map((shape) => (
            <g
              key={shape.mark.id}
              data-mark={shape.mark.id}
              class={`j-mark ${shape.mark.kind} ${shape.mark.tone} ${shade(shape.mark.id)}`}
              role="button"
              tabIndex={shape.mark.id === tabStop ? 0 : -1}
              aria-label={nameOf(shape.mark)}
              aria-pressed={shape.mark.id === chosen}
              onMouseEnter={() => setHovered(shape.mark.id)}
              onFocus={() => setHovered(undefined)}
              onClick={() => choose(shape.mark.id)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' && event.key !== ' ') return;
                event.preventDefault();
                choose(shape.mark.id);
              }}
            >
              <title>{nameOf(shape.mark)}</title>
              <rect
                class="j-hit"
                x={shape.x1 - 8}
                y={shape.y - 8}
                width={Math.max(16, shape.x2 - shape.x1 + 12)}
                height="16"
              />
              <Body of={shape} turn={shape.mark.kind === 'saga' ? turn?.x2 : undefined} />
              {shape.label && (
                <text class="j-name" x={shape.label.x} y={shape.label.y}>
                  {shape.label.text}
                </text>
              )}
            </g>
          ))}
        </svg>
      </div>
    </div>
  );
};
