import { forCustomer, storyOf, type StoryParts } from './story';

const correlationId = '6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11';
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

type Commit = StoryParts['commits'][number];
const commit = (id: string, second: number, more: Partial<Commit> = {}): Commit => {
  const [service = '', stream = '', revision] = id.split(/[/@]/);
  const own = { id, service, stream, revision: Number(revision), at: at(second), commandId: 'caller/bob/k' };
  return { causedBy: correlationId, events: ['Happened'], published: [], ...own, ...more };
};
const event = (id: string) => ({ id, type: 'orders.order-placed.v1' });
const parts = (commits: readonly Commit[], more: Partial<StoryParts> = {}): StoryParts => ({
  correlationId,
  requests: [],
  commits,
  sagas: [],
  consumptions: [],
  more: false,
  missing: [],
  now: Date.parse(at(60)),
  ...more,
});
const idsOf = (commits: readonly Commit[]) => storyOf(parts(commits)).entries.map(({ id }) => id);

describe('a story', () => {
  it('has the commit that published an event before the one that reacts to it, whatever their clocks', () => {
    const placed = commit('orders/order-1@1', 9, { published: [event('orders/0/17'), event('orders/0/18')] });
    const reaction = commit('accounts/account-1@5', 1, { causedBy: 'orders/0/18' });
    expect(idsOf([reaction, placed])).toEqual(['orders/order-1@1', 'accounts/account-1@5']);
  });

  it('has the commits of a stream in their order', () => {
    expect(idsOf([commit('orders/order-1@3', 1), commit('orders/order-1@2', 2)])).toEqual([
      'orders/order-1@2',
      'orders/order-1@3',
    ]);
  });

  it('has beside each event who applied it, in order of time, and who could not', () => {
    const read = storyOf(
      parts([commit('orders/order-1@1', 1, { published: [event('orders/0/17')] })], {
        consumptions: [
          {
            service: 'projection',
            deliveries: [
              { event: 'orders/0/17', consumer: 'statement', at: at(3), how: 'pulled' },
              { event: 'orders/0/18', consumer: 'statement', at: at(1), how: 'pulled' },
            ],
            deadLetters: [
              { event: 'orders/0/17', consumer: 'order-status', at: at(4), state: 'poison', reason: 'bad' },
            ],
          },
          {
            service: 'worker',
            deliveries: [{ event: 'orders/0/17', consumer: 'worker', at: at(2), how: 'delivered' }],
            deadLetters: [],
          },
        ],
      }),
    );
    expect(read.entries).toMatchObject([
      {
        published: [
          {
            consumers: [
              { service: 'worker', consumer: 'worker', at: at(2), how: 'delivered' },
              { service: 'projection', consumer: 'statement', at: at(3), how: 'pulled' },
            ],
            deadLetters: [
              { service: 'projection', consumer: 'order-status', state: 'poison', reason: 'bad' },
            ],
          },
        ],
      },
    ]);
  });

  it('has sagas and steps as Temporal knows them, compensations named, and commits behind their steps', () => {
    const steps = [
      {
        step: 'reserve',
        summary: '',
        kind: 'compensatable',
        stage: 1,
        state: 'done',
        attempts: 1,
        startedAt: at(5),
        endedAt: at(6),
      },
      {
        step: 'capture',
        summary: '',
        kind: 'pivot',
        stage: 2,
        state: 'rejected',
        attempts: 2,
        note: 'void',
        startedAt: at(7),
        endedAt: at(8),
      },
      { step: 'confirm', summary: '', kind: 'retriable', stage: 3, state: 'pending', attempts: 0 },
    ] as const;
    const release = {
      step: 'release',
      summary: '',
      kind: 'compensatable',
      stage: 1,
      state: 'done',
      attempts: 1,
      startedAt: at(9),
      endedAt: at(10),
    } as const;
    const [reserve, ...rest] = steps;
    const saga = {
      sagaId: 'o 1',
      startedAt: at(4),
      attributes: { saga: 'place-order', sagaState: 'rejected' },
      causedBy: 'orders/0/17',
      steps: [{ ...reserve, compensation: release }, ...rest],
    };
    const commits = [
      commit('inventory/product-1@2', 1, { causedBy: 'saga/o%201/release#2' }),
      commit('inventory/product-1@1', 30, { causedBy: 'saga/o%201/reserve' }),
      commit('orders/order-1@1', 20, { published: [event('orders/0/17')] }),
    ];
    const { entries } = storyOf(parts(commits, { sagas: [saga] }));
    expect(entries.map(({ id }) => id)).toEqual([
      'orders/order-1@1',
      'saga/o%201',
      'saga/o%201/reserve',
      'inventory/product-1@1',
      'saga/o%201/capture',
      'saga/o%201/release',
      'inventory/product-1@2',
    ]);
    expect(entries.find(({ id }) => id === 'saga/o%201/release')).toMatchObject({
      compensates: 'saga/o%201/reserve',
      causedBy: 'saga/o%201',
    });
    expect(entries.at(-1)).toMatchObject({ causedBy: 'saga/o%201/release' });
  });

  it('has the sagas and steps that commits prove once Temporal has deleted them', () => {
    const actor = 'saga:placeOrder';
    const { entries } = storyOf(
      parts([commit('orders/order-1@2', 1, { causedBy: 'saga/o1/confirm', actor })]),
    );
    expect(entries).toMatchObject([
      { kind: 'saga', id: 'saga/o1', saga: 'place-order', state: 'unknown' },
      { kind: 'step', id: 'saga/o1/confirm', causedBy: 'saga/o1', state: 'done', at: at(1) },
      { kind: 'commit', causedBy: 'saga/o1/confirm' },
    ]);
  });

  it('names what is no longer kept', () => {
    const known = (more: Partial<StoryParts>, causedBy = correlationId) =>
      storyOf(parts([commit('orders/order-1@1', 1, { causedBy })], more)).notKept;
    const day = 86_400_000;
    expect(known({ now: Date.parse(at(1)) + 30 * day })).toEqual([]);
    expect(known({ now: Date.parse(at(1)) + 30 * day + 1 })).toEqual(['deliveries', 'requests']);
    expect(known({}, 'saga/o1/confirm')).toEqual(['steps']);
    const sagas = [{ sagaId: 'o1', startedAt: at(0), attributes: { saga: 'x', sagaState: 'confirmed' } }];
    expect(known({ sagas }, 'saga/o1/confirm')).toEqual([]);
  });

  it('is complete only if every service responded with all that it knows', () => {
    const completeness = (more: Partial<StoryParts>) => {
      const { complete, missing } = storyOf(parts([commit('orders/order-1@1', 1)], more));
      return { complete, missing };
    };
    expect(completeness({})).toEqual({ complete: true, missing: [] });
    expect(completeness({ missing: ['cards'] })).toEqual({ complete: false, missing: ['cards'] });
    expect(completeness({ more: true })).toEqual({ complete: false, missing: [] });
  });

  it('shows customers neither actors nor the ids of commands nor traces', () => {
    const known = commit('orders/order-1@1', 1, { actor: 'bob', trace: '00-a-b-01' });
    const [entry] = forCustomer(storyOf(parts([known]))).entries;
    expect(entry).toMatchObject({ id: 'orders/order-1@1', causedBy: correlationId });
    expect(JSON.stringify(entry)).not.toMatch(/bob|00-a-b|commandId|actor|trace/);
  });
});
