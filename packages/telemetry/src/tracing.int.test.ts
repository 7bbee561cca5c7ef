import { createServer } from 'node:net';
import { missingEdges, startReceiver, type Edge, type ReceivedSpan, type Receiver } from '../testing';
import { openSpan, recordSpan, withSpan } from './spans';
import { startTelemetry } from './start';
import type { SpanKey } from './table';

type Telemetry = ReturnType<typeof startTelemetry>;

const counted = { exported: 0, dropped: 0 };
const started = async (endpoint: string | undefined, ratio = 1, service = 'orders'): Promise<Telemetry> => {
  const telemetry = startTelemetry({
    service,
    endpoint,
    ratio,
    onResult: (result, spans) => {
      counted[result] += spans;
    },
  });
  await telemetry.ready;
  return telemetry;
};

const TRACE = 'a'.repeat(32);
const parentOf = (flags: '00' | '01') => `00-${TRACE}-${'b'.repeat(16)}-${flags}`;

let receiver: Receiver;

beforeEach(async () => {
  Object.assign(counted, { exported: 0, dropped: 0 });
  receiver = await startReceiver();
});
afterEach(() => receiver.stop());

/** The spans that `work` makes. */
const recorded = async (work: () => Promise<void>, ratio = 1): Promise<readonly ReceivedSpan[]> => {
  const telemetry = await started(receiver.url, ratio);
  await work();
  await telemetry.stop();
  return receiver.spans();
};

describe('spans', () => {
  it('arrive with service, parent, links, attributes and times', async () => {
    const link = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`;
    let inside: string | undefined;
    const spans = await recorded(async () => {
      await withSpan('command', { target: 'POST /orders', parent: parentOf('01') }, async (span) => {
        inside = span.traceparent;
        await withSpan(
          'append',
          { target: 'orders', parent: inside, attributes: { 'bankside.revision': 7 } },
          async () => undefined,
        );
      });
      await withSpan(
        'publication',
        { target: 'orders.events', links: [link, link, 'garbage'] },
        async () => undefined,
      );
    });
    const [append, command, publication] = spans;
    expect(spans).toHaveLength(3);
    expect(command).toMatchObject({ service: 'orders', traceId: TRACE, name: 'command POST /orders' });
    expect(command?.parentSpanId).toBe('b'.repeat(16));
    expect(inside).toBe(`00-${TRACE}-${command?.spanId}-01`);
    expect(append).toMatchObject({ traceId: TRACE, parentSpanId: command?.spanId, name: 'append orders' });
    expect(append?.attributes['bankside.revision']).toBe(7);
    expect(append!.end).toBeGreaterThanOrEqual(append!.start);
    expect(publication).toMatchObject({ name: 'send orders.events', parentSpanId: undefined });
    expect(publication?.links).toEqual([{ traceId: 'c'.repeat(32), spanId: 'd'.repeat(16) }]);
  });

  it('are marked as failed, without the message of the error', async () => {
    const spans = await recorded(async () => {
      const failing = withSpan('append', { target: 'orders', parent: parentOf('01') }, async () => {
        throw new TypeError('Ada Lovelace');
      });
      await expect(failing).rejects.toThrow('Ada Lovelace');
    });
    expect(spans).toMatchObject([{ failed: true, attributes: { 'error.type': 'TypeError' } }]);
    expect(JSON.stringify(spans)).not.toContain('Ada');
  });

  it('of the past get their times and the id that was chosen for them', async () => {
    const spans = await recorded(async () =>
      recordSpan('saga', {
        target: 'place-order',
        parent: parentOf('01'),
        spanId: 'e'.repeat(16),
        start: new Date(1_000),
        end: new Date(3_500),
      }),
    );
    expect(spans).toMatchObject([{ spanId: 'e'.repeat(16), start: 1_000, end: 3_500 }]);
  });

  it('of the past end no earlier than they start, though two clocks say so', async () => {
    const spans = await recorded(async () =>
      recordSpan('outbox', {
        target: 'orders',
        parent: parentOf('01'),
        start: new Date(3_500),
        end: new Date(1_000),
      }),
    );
    expect(spans).toMatchObject([{ start: 3_500, end: 3_500 }]);
  });

  it('begin no trace where the table has no root', async () => {
    const spans = await recorded(async () => {
      await withSpan('invocation', { target: 'GET accounts' }, async () => undefined);
      await withSpan('append', { target: 'orders', parent: 'garbage' }, async () => undefined);
    });
    expect(spans).toEqual([]);
  });
});

describe('with a ratio of 0', () => {
  it('a request is not recorded even if its caller wants it to be, and neither are its effects', async () => {
    const spans = await recorded(async () => {
      await withSpan(
        'request',
        { target: 'GET /api/orders', parent: parentOf('01') },
        async ({ traceparent }) => {
          expect(traceparent).toMatch(new RegExp(`^00-${TRACE}-.*-00$`));
          await withSpan('invocation', { target: 'GET orders' }, async () => undefined);
          await withSpan(
            'consumption',
            { target: 'orders.events', links: [traceparent] },
            async () => undefined,
          );
        },
      );
    }, 0);
    expect(spans).toEqual([]);
  });

  it('what an edge chose to record is recorded by the services behind it', async () => {
    const spans = await recorded(async () => {
      await withSpan('command', { target: 'POST /orders', parent: parentOf('01') }, async () => undefined);
      await withSpan(
        'consumption',
        { target: 'orders.events', links: [parentOf('01')] },
        async () => undefined,
      );
    }, 0);
    expect(spans.map(({ name }) => name)).toEqual(['command POST /orders', 'process orders.events']);
  });

  it('a failure is recorded in its trace', async () => {
    const spans = await recorded(async () => {
      const span = openSpan('command', { target: 'POST /orders', parent: parentOf('00') });
      expect(span?.isRecorded).toBe(false);
      recordSpan('command', {
        target: 'POST /orders',
        parent: span?.traceparent,
        failed: '500',
        always: true,
      });
      span?.end();
    }, 0);
    expect(spans).toMatchObject([{ traceId: TRACE, failed: true }]);
  });
});

describe('without a receiver', () => {
  it('no span is made and the work runs', async () => {
    const telemetry = await started(undefined);
    const result = await withSpan('request', { target: 'GET /api' }, async ({ traceparent, isRecorded }) => {
      expect([traceparent, isRecorded]).toEqual([undefined, false]);
      return 7;
    });
    expect(result).toBe(7);
    await telemetry.stop();
  });

  /** What receivers do with a connection; a silent one nothing. */
  const RESPONSES: Readonly<Record<string, string>> = {
    'out of order': 'HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n',
    'speaking no HTTP': 'garbage\r\n\r\n',
  };

  it.each(['down', 'silent', ...Object.keys(RESPONSES)])(
    'that is %s, work is not slower, spans are counted and the stop is bounded',
    async (kind) => {
      const response = RESPONSES[kind];
      const bad = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.on('data', () => response !== undefined && socket.write(response)); // Unread, it would not learn of its end.
      }).listen(0, '127.0.0.1');
      await new Promise((listening) => bad.once('listening', listening));
      const { port } = bad.address() as { port: number };
      const telemetry = await started(`http://127.0.0.1:${kind === 'down' ? 1 : port}`);
      try {
        const before = performance.now();
        for (let count = 0; count < 10_000; count += 1)
          await withSpan('request', { target: 'GET /api' }, async () => undefined);
        expect(performance.now() - before).toBeLessThan(3_000);
        const stopping = performance.now();
        await telemetry.stop();
        expect(performance.now() - stopping).toBeLessThan(3_000);
        expect(counted.exported).toBe(0);
        expect(counted.dropped).toBeGreaterThan(5_000);
      } finally {
        bad.close();
      }
    },
  );
});

describe('the edges of a trace', () => {
  /** Each hop: the service, its span, and the hop that it follows. */
  const HOPS: readonly Readonly<{
    service: string;
    key: SpanKey;
    target: string;
    after?: number;
    linked?: true;
  }>[] = [
    { service: 'gateway', key: 'request', target: 'POST /api/orders' },
    { service: 'orders', key: 'command', target: 'POST /orders', after: 0 },
    { service: 'projection', key: 'viewUpdate', target: 'order-status', after: 1, linked: true },
    { service: 'worker', key: 'step', target: 'reserve', after: 1 },
    { service: 'inventory', key: 'command', target: 'POST /reservations', after: 3 },
  ];
  const EXPECTED: readonly Edge[] = [
    'gateway → orders',
    'orders ⇢ projection: update order-status',
    'orders → worker',
    'worker → inventory',
  ];

  /** Carries the context from hop to hop, each with an SDK of its own, as processes do. `broken`: a hop that gets none. */
  const run = async (broken?: number): Promise<readonly Edge[]> => {
    const contexts: (string | undefined)[] = [];
    for (const [index, { service, key, target, after, linked }] of HOPS.entries()) {
      const telemetry = await started(receiver.url, 1, service);
      const cause = after === undefined || index === broken ? undefined : contexts[after];
      await withSpan(key, { target, ...(linked ? { links: [cause] } : { parent: cause }) }, async (span) => {
        contexts.push(span.traceparent);
      });
      await telemetry.stop();
    }
    const traceId = contexts[0]?.split('-')[1] ?? '';
    return missingEdges(traceId, receiver.ofTrace(traceId), EXPECTED);
  };

  it('are complete when every hop passes the context on', async () => {
    expect(await run()).toEqual([]);
  });

  it.each([
    [1, EXPECTED],
    [2, ['orders ⇢ projection: update order-status']],
    [3, ['orders → worker', 'worker → inventory']],
    [4, ['worker → inventory']],
  ])('lack what follows hop %i when it loses the context', async (broken, missing) => {
    expect(await run(broken)).toEqual(missing);
  });
});
