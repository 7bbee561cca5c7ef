import type { Call, Step, StepState } from '../lib/api-types';
import { textOfPicture, sagaPicture, type PictureEdge, type PictureNode } from '../lib/saga-picture';

const WIDTH = 720;
const NODE = { width: 300, height: 56 } as const;
const ROW = 84;
const EDGE = 12;
const LANES = { steps: EDGE, compensations: WIDTH - NODE.width - EDGE } as const;
/** Maximum characters in a box. */
const TITLE_LETTERS = 32;
const SUMMARY_LETTERS = 36;

const MARKS: Readonly<Record<StepState, string>> = {
  pending: '·',
  running: '▸',
  done: '✓',
  rejected: '✕',
  unknown: '?',
  skipped: '»',
};

const graphemes = new Intl.Segmenter('en');

const cut = (text: string, letters: number): string => {
  const seen = [...graphemes.segment(text)].map(({ segment }) => segment);
  return seen.length <= letters ? text : `${seen.slice(0, letters - 1).join('')}…`;
};

const topOf = ({ row }: PictureNode): number => EDGE + row * ROW;
const middleOf = (node: PictureNode): number => topOf(node) + NODE.height / 2;

const noteOf = ({ attempts, note }: Call): string =>
  [attempts > 1 ? `${attempts} attempts` : undefined, note].filter(Boolean).join(' · ');

const Box = ({ of }: { of: PictureNode }) => {
  const { call, lane, order } = of;
  const [x, y] = [LANES[lane], topOf(of)];
  const note = noteOf(call);
  return (
    <g class={`saga-node ${call.state}`}>
      <title>
        {call.summary} ({call.state}
        {note !== '' && `, ${note}`})
      </title>
      <rect x={x} y={y} width={NODE.width} height={NODE.height} rx="10" />
      <circle cx={x + 26} cy={middleOf(of)} r="13" />
      <text class="saga-mark" x={x + 26} y={middleOf(of) + 5} text-anchor="middle">
        {MARKS[call.state]}
      </text>
      <text class="saga-title" x={x + 50} y={y + 23}>
        {cut(call.step, TITLE_LETTERS)}
      </text>
      <text class="saga-summary" x={x + 50} y={y + 42}>
        {cut(note === '' ? call.summary : note, SUMMARY_LETTERS)}
      </text>
      {order !== undefined && (
        <text class="saga-order" x={x + NODE.width - 12} y={y + 23} text-anchor="end">
          {`compensation ${order}`}
        </text>
      )}
    </g>
  );
};

const pathOf = (from: PictureNode, to: PictureNode): string => {
  if (from.lane !== to.lane) {
    const [x1, y1, x2, y2] = [LANES.steps + NODE.width, middleOf(from), LANES.compensations, middleOf(to)];
    const bend = (x1 + x2) / 2;
    return `M${x1} ${y1} C${bend} ${y1} ${bend} ${y2} ${x2 - 4} ${y2}`;
  }
  const x = LANES[from.lane] + 26;
  return from.row < to.row
    ? `M${x} ${topOf(from) + NODE.height} V${topOf(to) - 4}`
    : `M${x} ${topOf(from)} V${topOf(to) + NODE.height + 4}`;
};

const Arrow = ({ of, nodes }: { of: PictureEdge; nodes: ReadonlyMap<string, PictureNode> }) => (
  <path
    class={`saga-edge ${of.kind}`}
    d={pathOf(nodes.get(of.from)!, nodes.get(of.to)!)}
    marker-end={`url(#arrow-${of.kind})`}
  />
);

/** Draws the steps downwards and their compensations beside them, newest first. */
export const SagaDrawing = ({ steps }: { steps: readonly Step[] }) => {
  const { nodes, edges, rows } = sagaPicture(steps);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return (
    <div class="saga-drawing" role="region" aria-label="Diagram of the saga" tabIndex={0}>
      <svg
        viewBox={`0 0 ${WIDTH} ${rows * ROW - ROW + NODE.height + 2 * EDGE}`}
        role="img"
        aria-label={textOfPicture(steps)}
      >
        <defs>
          {(['forward', 'ahead', 'turn', 'back'] as const).map((kind) => (
            <marker
              key={kind}
              id={`arrow-${kind}`}
              class={`saga-arrow ${kind}`}
              viewBox="0 0 8 8"
              refX="5"
              refY="4"
              markerWidth="6"
              markerHeight="6"
              orient="auto"
            >
              <path d="M0 0L8 4L0 8z" />
            </marker>
          ))}
        </defs>
        {edges.map((edge) => (
          <Arrow key={`${edge.from} ${edge.to}`} of={edge} nodes={byId} />
        ))}
        {nodes.map((node) => (
          <Box key={node.id} of={node} />
        ))}
      </svg>
    </div>
  );
};
