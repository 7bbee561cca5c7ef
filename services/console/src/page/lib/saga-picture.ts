import type { Call, Step } from './api-types';

/** Steps on one side; their compensations, and the step that reports the outcome, on the other. */
export type Lane = 'steps' | 'compensations';
export type PictureNode = Readonly<{ id: string; lane: Lane; row: number; call: Call; order?: number }>;
/** `turn`: where compensation began. `ahead`: to a step that has not been reached. */
export type PictureEdge = Readonly<{ from: string; to: string; kind: 'forward' | 'ahead' | 'turn' | 'back' }>;
export type Picture = Readonly<{
  nodes: readonly PictureNode[];
  edges: readonly PictureEdge[];
  rows: number;
}>;

const isReached = ({ state }: Call): boolean => state !== 'pending';

/** The step that reports a rejection was not planned: it comes last, after steps that were never reached. */
const outcomeStepOf = (steps: readonly Step[]): Step | undefined => {
  const [last, before] = [steps.at(-1), steps.at(-2)];
  return last && before && isReached(last) && !isReached(before) ? last : undefined;
};

const chain = (
  nodes: readonly PictureNode[],
  kindOf: (to: PictureNode) => PictureEdge['kind'],
): PictureEdge[] =>
  nodes.slice(1).map((to, index) => ({ from: nodes[index]!.id, to: to.id, kind: kindOf(to) }));

/**
 * A saga as a picture of two lanes: steps downwards on the left, and their compensations beside them, upwards on the
 * right, newest first.
 */
export const sagaPicture = (all: readonly Step[]): Picture => {
  const outcome = outcomeStepOf(all);
  const steps = outcome === undefined ? all : all.slice(0, -1);
  const first = outcome === undefined ? 0 : 1; // The outcome step stands above the oldest compensation.
  const done = steps.map((call, index): PictureNode => ({
    id: `step ${call.step}`,
    lane: 'steps',
    row: first + index,
    call,
  }));
  const compensated = steps
    .flatMap(({ compensation }, index) =>
      compensation && isReached(compensation) ? [{ compensation, row: first + index }] : [],
    )
    .toReversed()
    .map(({ compensation, row }, index): PictureNode => ({
      id: `compensation ${compensation.step}`,
      lane: 'compensations',
      row,
      call: compensation,
      order: index + 1,
    }));
  const end: PictureNode[] = outcome
    ? [{ id: `end ${outcome.step}`, lane: 'compensations', row: 0, call: outcome }]
    : [];
  const back = [...compensated, ...end];
  const turn = done.findLast(({ call }) => isReached(call));
  return {
    nodes: [...done, ...back],
    edges: [
      ...chain(done, ({ call }) => (isReached(call) ? 'forward' : 'ahead')),
      ...(turn && back[0] ? [{ from: turn.id, to: back[0].id, kind: 'turn' as const }] : []),
      ...chain(back, () => 'back'),
    ],
    rows: first + steps.length,
  };
};

/** The picture in words, for screen readers. */
export const textOfPicture = (steps: readonly Step[]): string => {
  const list = (calls: readonly Call[]): string =>
    calls.map(({ step, state }) => `${step} ${state}`).join(', ');
  const compensated = steps
    .flatMap(({ compensation }) => (compensation && isReached(compensation) ? [compensation] : []))
    .toReversed();
  return `Steps: ${list(steps)}.${compensated.length === 0 ? '' : ` Compensated, newest first: ${list(compensated)}.`}`;
};
