import { assertDeciderLaws, specFor } from '@bankside/kernel/testing';
import fc from 'fast-check';
import { mobileNumberChange, type NumberChangeCommand, type NumberChangeEvent } from './mobile-number-change';

const given = specFor(mobileNumberChange);
const change = { customerId: 'ada', changeId: 'n1' };
const rejection = { ...change, reason: 'loan-locked' };

const acknowledge = { type: 'AcknowledgeNumberChange', data: change } as const;
const reject = { type: 'RejectNumberChange', data: rejection } as const;
const rollBack = { type: 'RollBackNumberChange', data: rejection } as const;
const acknowledged: NumberChangeEvent = { type: 'NumberChangeAcknowledged', data: change };
const rejected: NumberChangeEvent = { type: 'NumberChangeRejected', data: rejection };
const rolledBack: NumberChangeEvent = { type: 'NumberChangeRolledBack', data: rejection };

describe('the reply of a service to a change of a mobile number', () => {
  it('can be an acknowledgement', () => given().when(acknowledge).then(acknowledged));
  it('can be a rejection with a reason', () => given().when(reject).then(rejected));
  it('is recorded once', () => given(acknowledged).when(acknowledge).thenNothing());
  it('does not change from acknowledged to rejected', () => given(acknowledged).when(reject).thenNothing());
  it('does not change from rejected to acknowledged', () => given(rejected).when(acknowledge).thenNothing());
});

describe('rolling back the reply to a change of a mobile number', () => {
  it('revokes an acknowledgement', () => given(acknowledged).when(rollBack).then(rolledBack));
  it('does nothing when repeated', () => given(acknowledged, rolledBack).when(rollBack).thenNothing());
  it('does nothing after a rejection', () => given(rejected).when(rollBack).thenNothing());
  it('does nothing for an unknown change', () => given().when(rollBack).thenNothing());
  it('is final', () => given(acknowledged, rolledBack).when(acknowledge).thenNothing());
});

describe('any sequence of commands about one change of a mobile number', () => {
  const commands = fc.array(fc.constantFrom<NumberChangeCommand>(acknowledge, reject, rollBack));
  it('yields one reply, and at most one roll-back of it', () =>
    fc.assert(
      fc.property(commands, (all) => {
        const types = assertDeciderLaws(mobileNumberChange, all, () => undefined).map(({ type }) => type);
        expect([
          [],
          [rejected.type],
          [acknowledged.type],
          [acknowledged.type, rolledBack.type],
        ]).toContainEqual(types);
      }),
    ));
});
