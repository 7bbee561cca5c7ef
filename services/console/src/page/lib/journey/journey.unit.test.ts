import { drawingOf } from './drawing';
import { confirmedStory, rejectedStory } from './fixtures';
import { effectsOf, marksOf } from './marks';
import { timeScale } from './time-scale';
import type { Story } from './story';

const WIDTH = 1_000;
const commitsOf = (story: Story) => marksOf(story).filter(({ kind }) => kind === 'commit');

const stories = [
  ['a confirmed order', confirmedStory(), 7],
  ['a rejected order', rejectedStory(), 6],
  [
    'a confirmed order whose services have different clocks',
    confirmedStory({ clock: (service, ms) => ms + (service === 'payments' ? -5_000 : 0) }),
    7,
  ],
  [
    'a rejected order whose services have different clocks',
    rejectedStory({ clock: (service, ms) => ms + (service === 'orders' ? 900 : -900) }),
    6,
  ],
] as const;

describe.each(stories)('the journey of %s', (_name, story, commits) => {
  const marks = marksOf(story);

  it('has every commit once, after its cause', () => {
    const ids = commitsOf(story).map(({ id }) => id);
    expect(ids).toEqual(story.entries.filter(({ kind }) => kind === 'commit').map(({ id }) => id));
    expect(new Set(ids).size).toBe(commits);
    const order = marks.map(({ id }) => id);
    const caused = marks.filter(({ cause }) => cause !== undefined);
    expect(caused.length).toBeGreaterThan(commits);
    for (const { id, cause } of caused) expect(order.indexOf(cause!)).toBeLessThan(order.indexOf(id));
  });

  it('draws nothing left of its cause', () => {
    const { edges } = drawingOf(marks, WIDTH);
    expect(edges.length).toBeGreaterThan(commits);
    for (const { from, to } of edges) expect(to.x1).toBeGreaterThanOrEqual(from.x1);
  });

  it('draws everything within the picture', () => {
    const { shapes, width, height } = drawingOf(marks, WIDTH);
    expect(shapes).toHaveLength(marks.length);
    for (const { x1, x2, y } of shapes) {
      expect(x1).toBeGreaterThanOrEqual(0);
      expect(Math.max(x1, x2)).toBeLessThanOrEqual(width);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(height);
    }
  });
});

describe('the journey of an order', () => {
  it('shows by how much a clock is behind', () => {
    const behind = commitsOf(
      confirmedStory({ clock: (service, ms) => ms - (service === 'accounts' ? 500 : 0) }),
    );
    expect(behind.filter(({ clockBehindMs }) => clockBehindMs !== undefined)).toMatchObject([
      { lane: 'accounts', clockBehindMs: 489 },
    ]);
  });

  it('lights up all that a commit caused, and nothing else', () => {
    const marks = marksOf(confirmedStory());
    const lit = effectsOf(marks, 'accounts/account-1000000017@5');
    expect([...lit]).toEqual([
      'accounts/account-1000000017@5',
      'accounts/account-1000000017@5 outbox',
      'accounts/0/31',
      ...['bank-totals', 'customer-profile', 'journal', 'order-status', 'statement'].map(
        (view) => `accounts/0/31 ${view}`,
      ),
    ]);
    expect(effectsOf(marks, marks[0]!.id).size).toBe(marks.length);
  });

  it('shades the time from the payment until the summary shows it', () => {
    const { bands } = drawingOf(marksOf(confirmedStory()), WIDTH);
    expect(bands).toMatchObject([{ text: 'paid, but your summary does not say so yet: 20 ms' }]);
    expect(drawingOf(marksOf(rejectedStory()), WIDTH).bands).toEqual([]);
  });

  it('marks what the broker lost and when it was pulled', () => {
    const { late, edges } = drawingOf(marksOf(confirmedStory({ lost: true })), WIDTH);
    expect(late[0]?.text).toBe('lost; pulled after 1.2 s');
    const pulled = edges.filter(({ kind }) => kind === 'pulled');
    expect(pulled.length).toBeGreaterThan(7);
    expect(drawingOf(marksOf(confirmedStory()), WIDTH).late).toEqual([]);
  });

  it('draws the compensations of a rejected order newest first', () => {
    const { shapes } = drawingOf(marksOf(rejectedStory()), WIDTH);
    const undone = shapes.filter(({ mark }) => mark.kind === 'compensation');
    expect(undone.map(({ mark }) => mark.short)).toEqual(['void', 'release']);
    expect(undone[0]!.x1).toBeLessThan(undone[1]!.x1);
    expect(shapes.find(({ mark }) => mark.short === 'withdraw')?.mark).toMatchObject({
      kind: 'step',
      tone: 'bad',
    });
  });

  it('begins with the first commit once the request is forgotten', () => {
    const story = confirmedStory();
    const [click, request, commit] = marksOf({ ...story, requests: [] });
    expect([click, request, commit]).toMatchObject([
      { lane: 'browser', from: 0 },
      { lane: 'gateway', from: 0 },
      { kind: 'commit', from: 0, cause: request!.id },
    ]);
  });
});

describe('the time scale of a journey', () => {
  it('draws a long pause short, labelled with its length', () => {
    const { x, pauses } = timeScale([0, 50, 100, 60_100, 60_150], 0, WIDTH);
    expect(pauses).toMatchObject([{ ms: 60_000 }]);
    expect(x(60_100) - x(100)).toBeLessThan(WIDTH / 5);
    expect(x(60_150)).toBeCloseTo(WIDTH);
  });

  it.each([[[]], [[0]], [[0, 1]], [[0, 0.5, 3_600_000 * 24 * 400]]])(
    'keeps the times %j in order',
    (times) => {
      const { x } = timeScale(times, 0, WIDTH);
      const drawn = times.map(x);
      expect(drawn).toEqual(drawn.toSorted((one, other) => one - other));
      for (const one of drawn) expect(one).toBeGreaterThanOrEqual(0);
    },
  );
});
