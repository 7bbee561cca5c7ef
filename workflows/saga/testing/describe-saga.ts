import { always, fail, loseResponse, neverRespond, reject } from './fake-services';
import type { SagaFixture, SagaHarness, SagaRun } from './saga-harness';

type Rejection = Readonly<{
  step: string;
  /** The first is recorded. */
  reasons: readonly [string, ...string[]];
  /** All steps and compensations that are requested, in their order. */
  requested: readonly string[];
  /** The states of all entities afterwards. */
  state: object;
}>;

export type SagaCases<Input> = Readonly<{
  harness: () => SagaHarness<Input>;
  /** All requests of a saga without trouble, in their order. */
  requests: (input: Input, id: string) => readonly object[];
  rejections: readonly Rejection[];
  /** Steps that are retried under the same key when their response is lost. */
  retried: readonly string[];
  /** The step that decides the saga. */
  pivot: string;
  /** The compensation of a rejected pivot, which an operator may skip or end; sagas without one have none. */
  compensation?: string;
  /** The rejection of the pivot that `compensation` follows. */
  waits?: boolean;
}>;

/** Long enough for an operator to find the step failing. */
const outage = always(fail(503));

/** The cases that every saga has: it is confirmed, rejected, retried, and decided by an operator. */
export const describeSaga = <Input>(
  fixture: SagaFixture<Input>,
  { harness, requests, rejections, retried, pivot, compensation, waits = true }: SagaCases<Input>,
): void => {
  const { confirmed } = fixture.crashes.states;
  const start = async (): Promise<SagaRun & Readonly<{ answer: Promise<unknown> }>> => {
    if (waits) return harness().startAndWait();
    const run = await harness().start();
    return { ...run, answer: run.result() };
  };
  const rejectedAtPivot = rejections.find(({ step }) => step === pivot);

  it('runs each step once and is confirmed', async () => {
    const run = await start();
    expect(await run.answer).toEqual({ status: 'confirmed' });
    expect(run.state()).toEqual(confirmed);
    const expected = requests(fixture.input(run.id), run.id);
    expect(run.requests()).toHaveLength(expected.length);
    expect(run.requests()).toMatchObject(expected);
    expect(await run.searchAttributes()).toMatchObject({
      saga: [fixture.contract.name],
      sagaState: ['confirmed'],
    });
    await harness().record('confirmed', run);
  });
};
