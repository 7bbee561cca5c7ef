import { always, fail, loseResponse, neverRespond, rejectWith } from './fake-services';
import type { SagaFixture, SagaHarness, SagaRun } from './saga-harness';

export type SagaRejection = Readonly<{
  /** The step that is rejected. */
  step: string;
  /** The history of the first is recorded. */
  reasons: readonly [string, ...string[]];
  /** All steps and compensations that are requested, in their order. */
  requested: readonly string[];
  /** The states of all entities afterwards. */
  state: object;
}>;

export type SagaCases<Input> = Readonly<{
  harness: () => SagaHarness<Input>;
  /** The requests of a saga without trouble, in their order. */
  requests: (input: Input, id: string) => readonly Readonly<{ step: string; body?: object }>[];
  searchAttributes?: object;
  rejections: readonly SagaRejection[];
  /** Steps whose response is lost. */
  retried: readonly string[];
  pivot: string;
  /** The compensation after a rejected pivot, if there is one. */
  compensation?: string;
  /** Whether a caller waits for the result. */
  waits?: boolean;
}>;

const outage = always(fail(503));

/**
 * The cases that sagas with a pivot share: all steps run once, each rejection compensates what was done, a lost response is
 * retried under the same key, and an operator decides a step that keeps failing. Records a history of each.
 */
export const describeSaga = <Input>(fixture: SagaFixture<Input>, cases: SagaCases<Input>): void => {
  const { harness, pivot, compensation, rejections, waits = true } = cases;
  const { contract, crashes, input } = fixture;

  const start = async (): Promise<SagaRun & Readonly<{ callerResult: Promise<unknown> }>> => {
    if (waits) return harness().startAndWait();
    const run = await harness().start();
    const callerResult = run.result();
    callerResult.catch(() => undefined); // The test looks at it later.
    return { ...run, callerResult };
  };

  it('runs each step once, is confirmed, and returns the result to the caller', async () => {
    const run = await start();
    expect(await run.callerResult).toEqual({ status: 'confirmed' });
    expect(run.state()).toEqual(crashes.states.confirmed);
    const requests = cases.requests(input(run.id), run.id);
    expect(requests).not.toEqual([]);
    expect(run.requests()).toMatchObject(requests.map((one) => ({ key: `${run.id}/${one.step}`, ...one })));
    expect(await run.result()).toEqual({ status: 'confirmed' });
    expect(await run.searchAttributes()).toMatchObject({
      saga: [contract.name],
      sagaState: ['confirmed'],
      ...cases.searchAttributes,
    });
    await harness().record('confirmed', run);
  });

  it('starts with the step that its contract names', async () => {
    const run = await start();
    await run.callerResult;
    expect((await run.steps())[0]?.step).toBe(contract.firstStep(input(run.id)));
  });

  it.each(
    rejections.flatMap(({ reasons, ...rest }) => reasons.map((reason) => ({ reason, reasons, ...rest }))),
  )(
    'is rejected and compensates what was done when $step is rejected as $reason',
    async ({ step, reason, reasons, requested, state }) => {
      harness().fakes.next(step, rejectWith(reason));
      const run = await start();
      expect(await run.callerResult).toEqual({ status: 'rejected', reason });
      expect(run.state()).toEqual(state);
      expect(run.requestedSteps()).toEqual(requested);
      expect(await run.step(step)).toMatchObject({ state: 'rejected' });
      if (step === pivot && compensation !== undefined)
        expect(await run.step(compensation)).toMatchObject({ state: 'done' });
      if (reason === reasons[0]) await harness().record(`rejected-at-${step}`, run);
    },
  );

  it.each(cases.retried)('retries %s under the same key when the response is lost', async (step) => {
    harness().fakes.next(step, loseResponse, neverRespond, fail(503));
    const run = await start();
    expect(await run.callerResult).toEqual({ status: 'confirmed' });
    expect(run.keys(step)).toEqual(Array(4).fill(`${run.id}/${step}`));
    await harness().record(`timed-out-at-${step}`, run);
  });

  it('is confirmed when an operator skips a pivot that keeps failing', async () => {
    harness().fakes.next(pivot, ...outage);
    const run = await start();
    await run.untilRequested(pivot, 2);
    await run.decide('skip', pivot);
    expect(await run.callerResult).toEqual({ status: 'confirmed' });
    await harness().record('pivot-skipped', run);
  });

  it('is aborted at the pivot without compensation, since the pivot may have taken effect', async () => {
    harness().fakes.next(pivot, loseResponse, ...outage);
    const run = await start();
    await run.untilRequested(pivot, 2);
    await expectAborted(run, pivot);
    if (compensation !== undefined) expect(run.requestedSteps()).not.toContain(compensation);
    await harness().record('pivot-aborted', run);
  });

  /** A rejected saga whose compensation keeps failing. */
  const stuckAt = async (step: string): Promise<Awaited<ReturnType<typeof start>>> => {
    harness().fakes.next(pivot, rejectWith(reasonAtPivot()));
    harness().fakes.next(step, ...outage);
    const run = await start();
    await run.untilRequested(step, 2);
    return run;
  };
  const reasonAtPivot = (): string => rejections.find(({ step }) => step === pivot)!.reasons[0];
  const expectAborted = async (run: SagaRun, step: string): Promise<void> => {
    const before = run.state();
    await run.decide('abort', step);
    await expect(run.result()).rejects.toMatchObject({ cause: { type: 'Aborted' } });
    expect(await run.searchAttributes()).toMatchObject({ sagaState: ['aborted'], NeedsAttention: [true] });
    expect(run.state()).toEqual(before);
  };

  if (compensation === undefined) return;

  it('continues without a compensation that an operator skips', async () => {
    const run = await stuckAt(compensation);
    await run.decide('skip', compensation);
    expect(await run.callerResult).toEqual({ status: 'rejected', reason: reasonAtPivot() });
    expect(await run.step(compensation)).toMatchObject({ state: 'skipped', note: 'skipped by ann' });
    await harness().record('step-skipped', run);
  });

  it('leaves everything as it is when an operator aborts it at a compensation', async () => {
    const run = await stuckAt(compensation);
    await expectAborted(run, compensation);
    await harness().record('aborted', run);
  });
};
