// A worker is killed while every saga waits at each of its steps: right before and right after the step takes effect.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { CANCEL_SIGNAL, sagaStart, STEPS_QUERY } from '@bankside/saga/client';
import {
  always,
  bundleOf,
  fakeServices,
  hold,
  saveHistory,
  type CrashRun,
  type FakeServices,
  type SagaOutcome,
  type SagaFixture,
} from '@bankside/saga/testing';
import { registerSearchAttributes } from '@bankside/saga/worker';
import { sharedAddress, START_WITHIN_MS, until } from '@bankside/tools';
import { Client, Connection, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { fixtures } from '../testing/all-sagas';
import { killableWorker } from '../testing/killable-worker';
import { startWorker } from '../testing/worker-of-all-sagas';

type Crash = Readonly<{ saga: SagaFixture; run: CrashRun; step: string; moment: 'before' | 'after' }>;

/** Stands for the worker's database. */
const RECORD = { step: 'record', path: 'worker/records', idIn: 'sagaId', entity: 'record', to: 'stored' };
/** The end of each saga: the record of an order without troubles, for example. */
const recordCrashes = (saga: SagaFixture): readonly CrashRun[] =>
  saga.crashes.runs
    .filter(({ outcome, prepare }) => outcome === 'confirmed' && prepare === undefined)
    .slice(0, 1)
    .map((run) => ({ ...run, steps: [RECORD.step] }));

const sagas = fixtures();
const crashes = sagas.flatMap((saga) =>
  [...saga.crashes.runs, ...recordCrashes(saga)].flatMap((run) =>
    run.steps.flatMap((step) =>
      (['before', 'after'] as const).map((moment): Crash => ({ saga, run, step, moment })),
    ),
  ),
);
const atRecord = ({ step }: Crash): boolean => step === RECORD.step;
const whileDownOf = ({ cancelWhileDown, askToStopWhileDown }: CrashRun): string => {
  if (cancelWhileDown) return ', cancelled while no worker runs';
  return askToStopWhileDown ? ', asked to stop while no worker runs' : '';
};
const titleOf = ({ saga, run, step, moment }: Crash): string =>
  `${saga.contract.name} ${moment} ${step}${whileDownOf(run)}`;

/** Histories to record for the replay tests, by title. */
const RECORDED: Readonly<Record<string, string>> = {
  'place-order before withdraw': 'worker-died',
  'place-order after withdraw, cancelled while no worker runs': 'cancelled-after-a-worker-died',
};

const outcomeOf = (handle: WorkflowHandle): Promise<SagaOutcome> =>
  handle.result().then(
    ({ status }: Readonly<{ status: SagaOutcome }>) => status,
    (error: unknown) => {
      if (!(error instanceof WorkflowFailedError)) throw error;
      return error.cause instanceof CancelledFailure ? 'cancelled' : 'failed';
    },
  );

describe('after its worker was killed, another worker completes', () => {
  const address = sharedAddress('TEMPORAL');
  const taskQueue = `test-${randomUUID()}`;
  const open: Array<() => Promise<void>> = [];
  let records: FakeServices;
  const started = new Map<string, Readonly<{ fakes: FakeServices; handle: WorkflowHandle }>>();
  afterAll(async () => {
    for (const close of open) await close();
  });

  /** Starts a saga and waits until it is held at the step of the crash. */
  const reachCrash = async (client: Client, fakes: FakeServices, crash: Crash) => {
    const { saga, run, step, moment } = crash;
    const held = hold(moment);
    const id = randomUUID();
    run.prepare?.(fakes, id);
    (atRecord(crash) ? records : fakes).nextOf(id, step, ...always(held.behaviour));
    const options = { ...sagaStart(saga.contract, saga.input(id), { causalContext: {} }), taskQueue };
    const handle = await client.workflow.start(saga.contract.workflowType, options);
    started.set(titleOf(crash), { fakes, handle });
    const { cancelAt } = run;
    if (cancelAt !== undefined) {
      await until(async () => expect(fakes.requests(id, cancelAt).length).toBeGreaterThan(1), {
        what: `a retry of ${cancelAt}`,
        timeoutMs: START_WITHIN_MS / 2,
      });
      await handle.cancel();
    }
    await held.reached;
    const whileDown = async (): Promise<void> => {
      if (run.cancelWhileDown) await handle.cancel();
      const request = { cancellationId: 'cancellation-1', reason: 'too-slow' };
      if (run.askToStopWhileDown) await handle.signal(CANCEL_SIGNAL, request);
    };
    return { ...held, whileDown };
  };

  beforeAll(async () => {
    const fakesOf = new Map<string, FakeServices>();
    for (const { contract, routes } of sagas) fakesOf.set(contract.workflowType, await fakeServices(routes));
    const connection = await Connection.connect({ address });
    open.push(() => connection.close(), ...[...fakesOf.values()].map(({ stop }) => stop));
    records = await fakeServices([RECORD]);
    open.push(records.stop);
    const urls = {
      ...Object.fromEntries([...fakesOf].map(([type, { url }]) => [type, url])),
      records: records.url,
    };
    await registerSearchAttributes(connection, 'default');
    const client = new Client({ connection });

    const workflowBundle = await bundleOf();
    const worker = await killableWorker(address, { taskQueue, workflowBundle, urls });
    open.unshift(worker.kill);
    const reach = (all: readonly Crash[]) =>
      Promise.all(
        all.map((crash) => reachCrash(client, fakesOf.get(crash.saga.contract.workflowType)!, crash)),
      );
    const held = await reach(crashes.filter((crash) => !atRecord(crash)));
    held.push(...(await reach(crashes.filter(atRecord)))); // Last, because a saga does not wait long for its record.
    await worker.kill();
    for (const { release, whileDown } of held) {
      release();
      await whileDown();
    }
    const successor = await startWorker(address, { taskQueue, workflowBundle, urls });
    open.unshift(successor.stop);
  }, START_WITHIN_MS);

  /** The record of a saga has its last state and all that the query returns of its steps. */
  const expectRecord = async (handle: WorkflowHandle): Promise<void> => {
    const id = handle.workflowId;
    await until(async () => expect(records.state(id)).toEqual({ record: RECORD.to }), {
      what: `the record of ${id}`,
      timeoutMs: START_WITHIN_MS,
    });
    const { searchAttributes, runId } = await handle.describe();
    const body = records.requests(id).at(-1)!.body;
    expect(body).toMatchObject({ runId, state: searchAttributes['sagaState']?.[0] });
    expect(body['steps']).toEqual(await handle.query(STEPS_QUERY));
  };

  it.each(crashes.map((crash) => [titleOf(crash), crash] as const))(
    '%s',
    async (title, { saga, run }) => {
      const { fakes, handle } = started.get(title)!;
      expect(await outcomeOf(handle)).toBe(run.outcome);
      expect(fakes.state(handle.workflowId)).toEqual(saga.crashes.states[run.outcome]);
      const requests = fakes.requests(handle.workflowId);
      const keys = new Set(requests.map(({ key }) => key));
      expect(keys.size).toBe(new Set(requests.map(({ step }) => step)).size);
      await expectRecord(handle);
      const recording = RECORDED[title];
      if (recording !== undefined && process.env['RECORD_HISTORIES'] === '1')
        await saveHistory(join(saga.histories, `${recording}.json`), handle);
    },
    START_WITHIN_MS,
  );
});

describe('the crashes under test', () => {
  it.each([
    ['steps', (crash: Crash) => !atRecord(crash)],
    ['record', atRecord],
  ])('cover the %s of every saga', (_what, included) => {
    const covered = new Set(crashes.filter(included).map(({ saga }) => saga.contract.workflowType));
    expect(sagas.length).toBeGreaterThan(0);
    expect([...covered]).toEqual(sagas.map(({ contract }) => contract.workflowType));
  });

  it('include those whose histories are recorded', () => {
    expect(crashes.map(titleOf)).toEqual(expect.arrayContaining(Object.keys(RECORDED)));
  });
});
