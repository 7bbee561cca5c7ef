import { specFor, walk } from '@bankside/kernel/testing';
import fc from 'fast-check';
import { numberChange, type NumberChangeCommand, type NumberChangeEvent } from './number-change';

const given = specFor(numberChange);
const change = { customerId: 'ada', changeId: 'n1' };
const refusal = { ...change, reason: 'loan-locked' };

const acknowledge = { type: 'AcknowledgeNumberChange', data: change } as const;
const refuse = { type: 'RefuseNumberChange', data: refusal } as const;
const giveUp = { type: 'RollBackNumberChange', data: refusal } as const;
const acknowledged: NumberChangeEvent = { type: 'NumberChangeAcknowledged', data: change };
const refused: NumberChangeEvent = { type: 'NumberChangeRefused', data: refusal };
const rolledBack: NumberChangeEvent = { type: 'NumberChangeRolledBack', data: refusal };

describe('what a service says of a change of a mobile number', () => {
  it('is yes', () => given().when(acknowledge).then(acknowledged));
  it('is no, for a reason', () => given().when(refuse).then(refused));
  it('is said once', () => given(acknowledged).when(acknowledge).thenNothing());
  it('is not turned into a no', () => given(acknowledged).when(refuse).thenNothing());
  it('is not turned into a yes', () => given(refused).when(acknowledge).thenNothing());
});

describe('giving up', () => {
  it('takes a yes back', () => given(acknowledged).when(giveUp).then(rolledBack));
  it('does nothing when repeated', () => given(acknowledged, rolledBack).when(giveUp).thenNothing());
  it('has nothing to take back after a no', () => given(refused).when(giveUp).thenNothing());
  it('has nothing to take back from who was never asked', () => given().when(giveUp).thenNothing());
  it('is final', () => given(acknowledged, rolledBack).when(acknowledge).thenNothing());
});

describe('any sequence of commands about a change', () => {
  const commands = fc.array(fc.constantFrom<NumberChangeCommand>(acknowledge, refuse, giveUp));
  it('says one thing, and takes it back once at most', () =>
    fc.assert(
      fc.property(commands, (all) => {
        const said = walk(numberChange, all, () => undefined).map(({ type }) => type);
        expect([
          [],
          [refused.type],
          [acknowledged.type],
          [acknowledged.type, rolledBack.type],
        ]).toContainEqual(said);
      }),
    ));
});
