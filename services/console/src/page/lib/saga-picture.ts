import type { Call, Step } from './answers';

/** What runs, what takes it back, and the last word that tells whoever waits. */
export type Lane = 'do' | 'undo';
export type PictureNode = Readonly<{ id: string; lane: Lane; row: number; call: Call; order?: number }>;
/** `turn`: where it turned back. `ahead`: to what was not reached (yet). */
export type PictureEdge = Readonly<{ from: string; to: string; kind: 'forward' | 'ahead' | 'turn' | 'back' }>;
export type Picture = Readonly<{
  nodes: readonly PictureNode[];
  edges: readonly PictureEdge[];
  rows: number;
}>;

const isReached = ({ state }: Call): boolean => state !== 'pending';

/** A call that was not planned comes last, behind steps that were never reached: it tells that all was undone. */
const lastWordOf = (steps: readonly Step[]): Step | undefined => {
  const [last, before] = [steps.at(-1), steps.at(-2)];
  return last && before && isReached(last) && !isReached(before) ? last : undefined;
};

const chain = (
  nodes: readonly PictureNode[],
  kindOf: (to: PictureNode) => PictureEdge['kind'],
): PictureEdge[] =>
  nodes.slice(1).map((to, index) => ({ from: nodes[index]!.id, to: to.id, kind: kindOf(to) }));

/**
 * A saga as a picture of two lanes: steps downwards on the left, beside each of them what took it back, upwards on the
 * right, newest first.
 */
export const sagaPicture = (all: readonly Step[]): Picture => {
  const lastWord = lastWordOf(all);
  const steps = lastWord === undefined ? all : all.slice(0, -1);
  const first = lastWord === undefined ? 0 : 1; // The last word stands above the oldest undo.
  const done = steps.map((call, index): PictureNode => ({
    id: `do ${call.step}`,
    lane: 'do',
    row: first + index,
    call,
  }));
  const undone = steps
    .flatMap(({ undo }, index) => (undo && isReached(undo) ? [{ undo, row: first + index }] : []))
    .toReversed()
    .map(({ undo, row }, index): PictureNode => ({
      id: `undo ${undo.step}`,
      lane: 'undo',
      row,
      call: undo,
      order: index + 1,
    }));
  const end: PictureNode[] = lastWord
    ? [{ id: `end ${lastWord.step}`, lane: 'undo', row: 0, call: lastWord }]
    : [];
  const back = [...undone, ...end];
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

/** The picture in words, for those who do not see it. */
export const inWords = (steps: readonly Step[]): string => {
  const list = (calls: readonly Call[]): string =>
    calls.map(({ step, state }) => `${step} ${state}`).join(', ');
  const undone = steps.flatMap(({ undo }) => (undo && isReached(undo) ? [undo] : [])).toReversed();
  return `Steps: ${list(steps)}.${undone.length === 0 ? '' : ` Undone, newest first: ${list(undone)}.`}`;
};
