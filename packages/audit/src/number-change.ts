import { open, SETTLED, unfounded, wrong, type Judgement, type Matter } from './matter';

type Reply = 'acknowledged' | 'rejected' | 'rolled back';
const REPLIES: Readonly<Record<string, Reply>> = {
  NumberChangeAcknowledged: 'acknowledged',
  NumberChangeRejected: 'rejected',
  NumberChangeRolledBack: 'rolled back',
};
/** How the change has ended in customers. An open change ends when its customer leaves. */
const ENDS: Readonly<Record<string, 'settled' | 'rolled back' | 'left'>> = {
  MobileNumberChangeSettled: 'settled',
  MobileNumberRolledBack: 'rolled back',
  MobileNumberChangeRolledBackInAdvance: 'rolled back',
  CustomerDeactivated: 'left',
  CustomerForgotten: 'left',
};
/** They reply to a choreographed change; a saga calls them and leaves no event. */
const REPLYING = ['accounts', 'cards', 'loans'];

/**
 * A change of a mobile number in customers, and what accounts, cards and loans replied to it. Settled: all have acknowledged
 * it, if they reply at all. Rolled back: no acknowledgement is left.
 */
export const numberChangeMatter = (changeId: string): Matter => {
  const replies = new Map<string, Reply>();
  const ends = new Set<string>();
  let [isChanged, isChoreographed] = [false, false];
  const change = `the change of number ${changeId}`;

  const judgeSettled = (): Judgement => {
    if (ends.has('rolled back')) return wrong(`${change} is both settled and rolled back`);
    const replying = isChoreographed ? REPLYING : [...replies.keys()];
    const without = replying.find((service) => replies.get(service) !== 'acknowledged');
    if (without === undefined) return SETTLED;
    return wrong(`${change} is settled, but ${without} has ${replies.get(without) ?? 'not acknowledged'} it`);
  };

  const judge = (): Judgement => {
    if (ends.has('settled')) return judgeSettled();
    if (ends.has('left')) return SETTLED;
    const [acknowledging] = [...replies].find(([, reply]) => reply === 'acknowledged') ?? [];
    const left = `but ${acknowledging} has acknowledged it`;
    if (ends.has('rolled back'))
      return acknowledging === undefined ? SETTLED : wrong(`${change} is rolled back, ${left}`);
    if (isChanged) return open(`${change} is neither settled nor rolled back`);
    return acknowledging === undefined ? SETTLED : unfounded(`${change} is not open in customers, ${left}`);
  };

  return {
    add: ({ service, type, data }) => {
      if (type === 'MobileNumberChanged') {
        isChanged = true;
        isChoreographed = data['style'] === 'choreography';
      }
      const end = ENDS[type];
      if (end !== undefined) ends.add(end);
      const reply = REPLIES[type];
      if (reply !== undefined) replies.set(service, reply);
    },
    judge,
  };
};
