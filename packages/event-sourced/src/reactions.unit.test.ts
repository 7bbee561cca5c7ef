import type { EventEnvelope } from '@bankside/contracts';
import type { CommandContext } from '@bankside/kernel';
import type { PoolClient } from 'pg';
import { reactions } from './reactions';

type Reply = Readonly<{ type: 'loans.yes.v1' | 'loans.no.v1'; data: Readonly<{ changeId: string }> }>;

const client = {} as PoolClient;
const event = (feedposition: number, type: string, more: Partial<EventEnvelope> = {}): EventEnvelope => ({
  specversion: '1.0',
  id: `loans/0/${feedposition}`,
  type,
  source: 'loans',
  subject: 'number-change-n1',
  time: '2026-01-01T00:00:00.000Z',
  datacontenttype: 'application/json',
  partitionkey: 'number-change-n1',
  feedpartition: 0,
  feedposition,
  streamrevision: 1,
  data: { changeId: `n${feedposition}` },
  ...more,
});

describe('reactions to events', () => {
  const seen: (readonly [changeId: string, CommandContext])[] = [];
  const handle = reactions<Reply>(
    {
      'loans.yes.v1': ({ changeId }, { context }) => {
        if (changeId === 'n13') throw new Error('the store does not respond');
        seen.push([changeId, context]);
      },
    },
    () => new Date('2026-01-02T00:00:00Z'),
  );
  afterEach(() => void seen.splice(0));

  it('run in order, for the types that have one', async () => {
    const types = ['loans.yes.v1', 'loans.no.v1', 'toString', 'loans.yes.v1'];
    await handle(
      client,
      types.map((type, index) => event(index + 1, type)),
    );
    expect(seen.map(([changeId]) => changeId)).toEqual(['n1', 'n4']);
  });

  it('send commands with the id of the event, so that a repeat is recognized, and its cause', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const correlationid = '6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11';
    const once = event(7, 'loans.yes.v1', { traceparent, correlationid, causationid: 'customers/0/3' });
    await handle(client, [once]);
    await handle(client, [once]);
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]![1]).toEqual({
      commandId: 'event/loans/0/7',
      fingerprint: 'loans/0/7',
      actor: 'event:loans/0/7',
      at: '2026-01-02T00:00:00.000Z',
      trace: traceparent,
      correlationId: correlationid,
      causationId: 'loans/0/7',
    });
  });

  it('stop at the first failure, so that the checkpoint stays before it', async () => {
    const events = [12, 13, 14].map((position) => event(position, 'loans.yes.v1'));
    await expect(handle(client, events)).rejects.toThrow('does not respond');
    expect(seen.map(([changeId]) => changeId)).toEqual(['n12']);
  });
});
