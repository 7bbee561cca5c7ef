import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Measurement, Results, RunOptions, Subject } from '../harness/measurement';
import { alternate } from '../harness/rounds';
import { orderingClients } from '../fixtures/orders';
import { systemUsage } from '../fixtures/usage';
import { stopAtEnd } from '../fixtures/until-stopped';
import { startWholeSystem } from '../fixtures/whole-system';

const CLIENTS = 10;
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
  const system = stopAtEnd(await startWholeSystem(env));
  const { addresses } = system;
  const { orderFor } = await orderingClients(system, CLIENTS);
  const used = () => {
    const programs = [...systemUsage(system)];
    const cpuMs = (some: typeof programs) => some.reduce((sum, [, usage]) => sum + usage.cpuMs, 0);
    return {
      system: cpuMs(programs),
      services: cpuMs(programs.filter(([name]) => name in addresses.services)),
    };
  };
  return {
    name,
    run: async () => {
      const before = used();
      const load = await orderFor(TOGETHER_MS);
      const after = used();
      return {
        throughput: load.perSecond,
        cpu: (after.system - before.system) / load.done,
        services: (after.services - before.services) / load.done,
        p50: load.p50Ms,
      };
    },
  };
};

const measureTracing = async ({ log, rounds = 8 }: RunOptions): Promise<Results> => {
  const sink = stopAtEnd(await startSink());
  log('starting two systems');
  const subjects = [await shopOf(OFF, {}), await shopOf(ON, { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url })];
  const results = await alternate(subjects, { rounds, log });
  if (sink.bytes() === 0) throw new Error('No spans were exported.');
  return {
    rows: [
      ...results.rows('throughput', 'orders/s'),
      ...results.rows('cpu', 'ms an order'),
      ...results.rows('services', 'ms an order'),
      ...results.rows('p50', 'ms'),
    ],
    goals: [
      {
        name: 'T1',
        what: 'orders/s with tracing on over off',
        samples: results.ratio('throughput', ON, OFF),
        atLeast: 0.95,
      },
      { name: 'T1', what: 'CPU time an order, on over off', samples: results.ratio('cpu', ON, OFF) },
      {
        name: 'T1',
        what: 'CPU time of the services, on over off',
        samples: results.ratio('services', ON, OFF),
      },
    ],
    notes: [
      `${CLIENTS} orders at once.`,
      'Both systems run all the time, one of them at rest. Every trace is recorded, about eighty spans an order.',
      '"cpu" is that of all processes, PostgreSQL, broker, sidecars and Temporal included; "services" that of the programs of Bankside.',
    ],
  };
};

export const tracing: Measurement = {
  name: 'tracing',
  title: 'Orders with tracing on and off, each in a whole system',
  run: measureTracing,
};
