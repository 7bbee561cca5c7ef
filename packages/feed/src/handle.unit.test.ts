import type { PoolClient } from 'pg';
import { feedEvent } from '../testing/feed-events';
import { concernedWith, handlerOf, inOrder, isAnyHandled, type Handle } from './handle';

const client = {} as PoolClient;
const [deposit, other] = [feedEvent(1), { ...feedEvent(2), type: 'accounts.account-opened.v1' }];

describe('a handler of events', () => {
  it('is concerned with every event by default', () => {
    expect(isAnyHandled(async () => undefined, [deposit])).toBe(true);
    expect(isAnyHandled(async () => undefined, [])).toBe(false);
  });

  it('of some types is concerned with these', () => {
    const handle = handlerOf([deposit.type], async () => undefined);
    expect([[deposit], [other], [other, deposit]].map((events) => isAnyHandled(handle, events))).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('of some types receives no others', async () => {
    const received: unknown[] = [];
    await handlerOf([deposit.type], async (_client, events) => void received.push(...events))(client, [
      other,
      deposit,
    ]);
    expect(received).toEqual([deposit]);
  });

  it('that consists of several calls them in order, and is concerned with what one of them is', async () => {
    const calls: string[] = [];
    const noting =
      (name: string): Handle =>
      async (_client, events) =>
        void calls.push(`${name} ${events.length}`);
    const both = inOrder(
      handlerOf([deposit.type], noting('one')),
      concernedWith(() => false, noting('two')),
    );
    expect([deposit, other].map((event) => isAnyHandled(both, [event]))).toEqual([true, false]);
    await both(client, [deposit, other]);
    expect(calls).toEqual(['one 1']);
  });
});
