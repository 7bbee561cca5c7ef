import { open, SETTLED, wrong, type Judgement, type Matter } from './matter';

type Reply = 'acknowledged' | 'rejected' | 'rolled back';
const REPLIES: Readonly<Record<string, Reply>> = {
  NumberChangeAcknowledged: 'acknowledged',
  NumberChangeRejected: 'rejected',
  NumberChangeRolledBack: 'rolled back',
};

/**
 * A change of a mobile number in customers, and what accounts, cards and loans replied to it. Settled: no service rejected it.
 * Rolled back: no acknowledgement is left.
 */
export const numberChangeMatter = (changeId: string): Matter => {
  const replies = new Map<string, Reply>();
  let [changed, settled, rolledBack] = [false, false, false];
  const repliesThatAre = (wanted: readonly Reply[]): readonly string[] =>
    [...replies]
      .filter(([, reply]) => wanted.includes(reply))
      .map(([service, reply]) => `${service} has ${reply} it`);

  const judge = (): Judgement => {
    const change = `the change of number ${changeId}`;
    if (settled && rolledBack) return wrong(`${change} is both settled and rolled back`);
    if (rolledBack) {
      const [left] = repliesThatAre(['acknowledged']);
      return left === undefined ? SETTLED : wrong(`${change} is rolled back, but ${left}`);
    }
    if (settled) {
      const [against] = repliesThatAre(['rejected', 'rolled back']);
      return against === undefined ? SETTLED : wrong(`${change} is settled, but ${against}`);
    }
    if (changed) return open(`${change} is neither settled nor rolled back`);
    const [reply] = repliesThatAre(['acknowledged']);
    return reply === undefined ? SETTLED : wrong(`${change} is unknown to customers, but ${reply}`);
  };

  return {
    add: ({ service, type }) => {
      changed ||= type === 'MobileNumberChanged';
      settled ||= type === 'MobileNumberChangeSettled';
      rolledBack ||= type === 'MobileNumberRolledBack' || type === 'MobileNumberChangeRolledBackInAdvance';
      const reply = REPLIES[type];
      if (reply !== undefined) replies.set(service, reply);
    },
    judge,
  };
};
