import { commandHandler, memoryStore, reject, type Aggregate, type EventStore } from '@bankside/kernel';
import { assertDeciderLaws, specFor } from '@bankside/kernel/testing';
import fc from 'fast-check';
import {
  customerBlock,
  holdings,
  refusingBlockedCustomers,
  type CustomerBlockCommand,
  type CustomerBlockEvent,
} from '.';

const given = specFor(customerBlock);
const closure = { customerId: 'ada', closureId: 'l1' };
const other = { customerId: 'ada', closureId: 'l2' };
const block: CustomerBlockCommand = { type: 'BlockCustomer', data: closure };
const unblock: CustomerBlockCommand = { type: 'UnblockCustomer', data: closure };
const blocked: CustomerBlockEvent = { type: 'CustomerBlocked', data: closure };
const unblocked: CustomerBlockEvent = { type: 'CustomerUnblocked', data: closure };
const inAdvance: CustomerBlockEvent = { type: 'CustomerUnblockedInAdvance', data: closure };

describe('blocking a customer', () => {
  it('is recorded', () => given().when(block).then(blocked));
  it('does nothing while another closure blocks the customer', () =>
    given(blocked).when({ type: 'BlockCustomer', data: other }).thenNothing());
  it('can be taken back', () => given(blocked).when(unblock).then(unblocked));
  it('that was taken back cannot be repeated', () =>
    given(blocked, unblocked).when(block).thenRejected('closure-reversed'));
  it('that is taken back before it arrives is rejected when it does', () => {
    given().when(unblock).then(inAdvance);
    given(inAdvance).when(block).thenRejected('closure-reversed');
  });
  it('is not taken back by another closure', () =>
    given(blocked)
      .when({ type: 'UnblockCustomer', data: other })
      .then({ type: 'CustomerUnblockedInAdvance', data: other }));
  it('holds the unique value exactly while the customer is blocked', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            type: fc.constantFrom('BlockCustomer' as const, 'UnblockCustomer' as const),
            data: fc.constantFrom(closure, other, { ...closure, closureId: 'l3' }),
          }),
        ),
        (commands) => {
          let held = 0;
          assertDeciderLaws(customerBlock, commands, (state, events) => {
            held = events.reduce((sum, event) => {
              const { claims = [], releases = [] } = customerBlock.uniques!([event], state);
              return sum + claims.length - releases.length;
            }, 0);
            expect(held).toBe(state.closureId === undefined ? 0 : 1);
          });
        },
      ),
    ));
});

// A box of a customer, which can be closed while it is empty.
type Data = Readonly<{ customerId: string; closureId: string }>;
type Box = Readonly<{ status: 'none' | 'open' | 'closed'; full: boolean }>;
type BoxTypes = Readonly<{
  state: Box;
  command: Readonly<{ type: 'Make' | 'Fill' | 'Close' | 'Reopen'; data: Data }>;
  event: Readonly<{ type: 'Made' | 'Filled' | 'Closed' | 'Reopened'; data: Data }>;
  rejection: 'full' | 'customer-not-active';
}>;
const box: Aggregate<BoxTypes> = {
  version: 1,
  initialState: { status: 'none', full: false },
  streamOf: (id) => `box-${id}`,
  decide: ({ type, data }, { status, full }) => {
    if (type === 'Make') return status === 'none' ? [{ type: 'Made', data }] : [];
    if (type === 'Fill') return full ? [] : [{ type: 'Filled', data }];
    if (type === 'Reopen') return status === 'closed' ? [{ type: 'Reopened', data }] : [];
    if (status !== 'open') return [];
    return full ? reject('full') : [{ type: 'Closed', data }];
  },
  evolve: (state, { type }) => {
    if (type === 'Filled') return { ...state, full: true };
    return { ...state, status: type === 'Closed' ? 'closed' : 'open' };
  },
};

let commands = 0;
const context = () => {
  const commandId = `c${(commands += 1)}`;
  return { commandId, fingerprint: commandId, at: '2026-01-01T00:00:00.000Z' };
};
const data = { customerId: 'ada', closureId: 'l1' };

const start = (store: EventStore = memoryStore()) => {
  const aggregate = refusingBlockedCustomers(box, 'Made', 'customer-not-active');
  const boxes = commandHandler(aggregate, store);
  const blocks = commandHandler(customerBlock, store);
  const make = (id: string, customerId = 'ada') =>
    boxes.handle(id, { type: 'Make', data: { ...data, customerId } }, context());
  const statusOf = async (id: string) => (await boxes.load(id)).state.status;
  return { store, aggregate, boxes, blocks, make, statusOf };
};

describe('an aggregate that refuses blocked customers', () => {
  it('is created only for other customers, whatever a replica shows', async () => {
    const { store, make, blocks } = start();
    await make('1');
    await blocks.handle('ada', block, context());
    for (const replica of [start(store), start(store)])
      expect(await replica.make('2')).toMatchObject({ status: 'rejected', reason: 'customer-not-active' });
    expect(await make('3', 'bob')).toMatchObject({ status: 'accepted' });
    await blocks.handle('ada', unblock, context());
    expect(await make('2')).toMatchObject({ status: 'accepted' });
  });

  it('that exists continues as before', async () => {
    const { make, boxes, blocks } = start();
    await make('1');
    await blocks.handle('ada', block, context());
    expect(await boxes.handle('1', { type: 'Fill', data }, context())).toMatchObject({ status: 'accepted' });
  });
});

describe('the holdings of a customer', () => {
  const ids = ['1', '2', '3'];
  const prepare = async () => {
    const started = start();
    for (const id of ids) await started.make(id);
    const statuses = () => Promise.all(ids.map(started.statusOf));
    const ofAda = (handler: Pick<typeof started.boxes, 'handle' | 'load'> = started.boxes) =>
      holdings<BoxTypes>({
        aggregate: started.aggregate,
        handler,
        idsOf: async () => ids,
        close: ({ customerId, closureId }) => ({ type: 'Close', data: { customerId, closureId } }),
        reopen: (closing) => ({ type: 'Reopen', data: closing }),
      });
    return { ...started, statuses, ofAda };
  };
  const closing = { ...data, forced: false };

  it('are closed and reopened together', async () => {
    const { ofAda, statuses } = await prepare();
    expect(await ofAda().close(closing, context())).toBeUndefined();
    expect(await statuses()).toEqual(['closed', 'closed', 'closed']);
    await ofAda().reopen(data, context());
    expect(await statuses()).toEqual(['open', 'open', 'open']);
  });

  it('stay open if one of them cannot be closed', async () => {
    const { ofAda, boxes, statuses } = await prepare();
    await boxes.handle('3', { type: 'Fill', data }, context());
    expect(await ofAda().close(closing, context())).toEqual(reject('full'));
    expect(await statuses()).toEqual(['open', 'open', 'open']);
  });

  it('are reopened if one of them changes after it was checked', async () => {
    const { ofAda, boxes, statuses } = await prepare();
    const racing: typeof boxes.handle = async (id, command, how) => {
      if (id === '2') await boxes.handle('3', { type: 'Fill', data }, context());
      return boxes.handle(id, command, how);
    };
    expect(await ofAda({ ...boxes, handle: racing }).close(closing, context())).toEqual(reject('full'));
    expect(await statuses()).toEqual(['open', 'open', 'open']);
  });
});
