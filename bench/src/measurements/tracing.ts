import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadFor } from '../harness/load';
import type { Measurement, Results, RunOptions, Subject } from '../harness/measurement';
import { alternate } from '../harness/rounds';
import { confirmations } from '../fixtures/confirmations';
import { cpuMs } from '../fixtures/cpu';
import { stopAtEnd } from '../fixtures/until-stopped';
import { startWholeSystem } from '../fixtures/whole-system';

const CLIENTS = 20;
const RICH_CENTS = 100_000_000;
const ALONE_MS = 2_000;
const TOGETHER_MS = 8_000;

const OFF = 'tracing off';
const ON = 'tracing on';

/** Accepts spans and drops them: a real receiver runs on another machine. */
const startSink = async () => {
  let bytes = 0;
  const server = createServer((req, res) => {
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    req.on('end', () => res.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => bytes,
    stop: async () => void server.close(),
  };
};

/** A whole system that takes orders, each client from an account of its own. */
const shopOf = async (name: string, env: Readonly<Record<string, string>>): Promise<Subject> => {
  const { bank, addresses, processes } = stopAtEnd(await startWholeSystem(env));
  const confirmed = stopAtEnd(await confirmations(addresses.services['orders']!.ownerDatabaseUrl!));
  const sku = await bank.product(1_000, 1_000_000);
  const holders = await Promise.all(
    Array.from({ length: CLIENTS }, async () => bank.account(await bank.customer(), RICH_CENTS)),
  );
  const order = async (client: number): Promise<void> => {
    const { customerId, account } = holders[client]!;
    await confirmed.of(await bank.order(customerId, sku, { account }));
  };
  const usedMs = (): number => cpuMs([...processes().values()].flatMap(({ pid }) => pid ?? []));
  return {
    name,
    run: async () => {
      const single = await loadFor(ALONE_MS, 1, order);
      const before = usedMs();
      const many = await loadFor(TOGETHER_MS, CLIENTS, order);
      return {
        throughput: many.perSecond,
        cpu: (usedMs() - before) / many.done,
        alone: single.p50Ms,
        p99: many.p99Ms,
      };
    },
  };
};

const measureTracing = async ({ log, rounds = 5 }: RunOptions): Promise<Results> => {
  const sink = stopAtEnd(await startSink());
  log('starting two systems');
  const subjects = [await shopOf(OFF, {}), await shopOf(ON, { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url })];
  const results = await alternate(subjects, { rounds, log });
  if (sink.bytes() === 0) throw new Error('No spans were exported.');
  return {
    rows: [
      ...results.rows('throughput', 'orders/s'),
      ...results.rows('cpu', 'ms an order'),
      ...results.rows('alone', 'ms'),
      ...results.rows('p99', 'ms'),
    ],
    goals: [
      {
        name: 'T1',
        what: 'orders/s with tracing on over off',
        samples: results.ratio('throughput', ON, OFF),
        atLeast: 0.95,
      },
      { name: 'T1', what: 'CPU time an order, on over off', samples: results.ratio('cpu', ON, OFF) },
    ],
    notes: [
      `${CLIENTS} at once for orders/s, CPU time and p99; "alone" is the p50 of one after the other.`,
      'Both systems run all the time, one of them at rest. Every trace is recorded, about eighty spans an order.',
      'CPU time is that of all processes of the system, PostgreSQL, broker and Temporal included.',
    ],
  };
};

export const tracing: Measurement = {
  name: 'tracing',
  title: 'Orders with tracing on and off, each in a whole system',
  run: measureTracing,
};
