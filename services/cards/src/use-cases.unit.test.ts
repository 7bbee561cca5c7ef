import { commandHandler, idOf, memoryStore, MAX_REMEMBERED } from '@bankside/kernel';
import type { ReplicatedCustomer } from '@bankside/replicas';
import { card } from './domain/card';
import { cardUseCases, luhnDigit } from './use-cases';

const ada: ReplicatedCustomer = {
  customerId: 'ada',
  active: true,
  name: 'Ada Lovelace',
  mobileNumber: '+40712345678',
  lastNumberChange: null,
};
const issuing = { customerId: 'ada', currency: 'EUR', limitCents: 1_000 };

const start = (customer?: ReplicatedCustomer) => {
  const cards = commandHandler(card, memoryStore());
  let commands = 0;
  const context = () => {
    const commandId = `command-${(commands += 1)}`;
    return { commandId, fingerprint: commandId, at: '2026-01-01T00:00:00.000Z' };
  };
  return { cards, context, ...cardUseCases({ cards, customers: { find: async () => customer } }) };
};

describe('issuing a card', () => {
  it('issues one with a Luhn-valid number to an active customer', async () => {
    const { issueCard, context } = start(ada);
    const outcome = await issueCard(issuing, context());
    if (outcome.status !== 'accepted') throw new Error('The card was rejected.');
    const number = idOf(card, outcome.stream);
    expect(number).toMatch(/^4\d{11}$/);
    expect(number.at(-1)).toBe(luhnDigit(number.slice(0, -1)));
  });
  it('rejects an unknown customer', async () => {
    const { issueCard, context } = start();
    expect(await issueCard(issuing, context())).toMatchObject({
      status: 'rejected',
      reason: 'customer-not-found',
    });
  });
  it('rejects an inactive customer', async () => {
    const { issueCard, context } = start({ ...ada, active: false });
    expect(await issueCard(issuing, context())).toMatchObject({
      status: 'rejected',
      reason: 'customer-not-active',
    });
  });
});

describe('cancelling a charge that the state has evicted', () => {
  it('restores its credit once', async () => {
    const { cards, context, cancelCharge } = start(ada);
    const cardNumber = '400000000006';
    const charge = (chargeId: string, amountCents: number) =>
      cards.handle(cardNumber, { type: 'ChargeCard', data: { chargeId, amountCents } }, context());
    const used = async () => {
      const { state } = await cards.load(cardNumber);
      return state.status === 'unissued' ? undefined : state.usedCents;
    };
    await cards.handle(cardNumber, { type: 'IssueCard', data: { cardNumber, ...issuing } }, context());
    await charge('old', 500);
    for (let later = 0; later < MAX_REMEMBERED; later += 1) await charge(`later-${later}`, 1);
    expect(await used()).toBe(500 + MAX_REMEMBERED);
    expect(await cancelCharge({ cardNumber, chargeId: 'old' }, context())).toMatchObject({
      status: 'accepted',
    });
    expect(await cancelCharge({ cardNumber, chargeId: 'old' }, context())).toMatchObject({
      status: 'unchanged',
    });
    expect(await used()).toBe(MAX_REMEMBERED);
  });
});
