import { randomBytes } from 'node:crypto';
import { commandHandler, memoryStore } from '@bankside/kernel';
import { masterKey, privateStore } from '@bankside/privacy';
import fc from 'fast-check';
import { personal } from '../messaging/personal';
import { customer, type CustomerCommand } from './customer';

const mobileNumber = fc.constantFrom('+40700000001', '+40700000002', '+40700000003');
const changeId = fc.constantFrom('1', '2');
const command = (customerId: string): fc.Arbitrary<CustomerCommand> =>
  fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('RegisterCustomer' as const),
        data: fc.record({
          customerId: fc.constant(customerId),
          name: fc.constant('Ada Lovelace'),
          email: fc.constant('ada@example.com'),
          mobileNumber,
        }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('ChangeMobileNumber' as const),
        data: fc.record({ changeId, mobileNumber }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constantFrom('RollBackMobileNumber' as const, 'SettleMobileNumber' as const),
        data: fc.record({ changeId }),
      }),
    },
    fc.record({
      type: fc.constantFrom('StartClosure' as const, 'DeactivateCustomer' as const),
      data: fc.constant({ closureId: 'l1' }),
    }),
    fc.record({ type: fc.constant('ForgetCustomer' as const), data: fc.constant({}) }),
  );
const step = fc.constantFrom('ada', 'bob').chain((id) => fc.tuple(fc.constant(id), command(id)));

describe('the verification of a replay of customers whose data is encrypted', () => {
  it('finds no difference after any commands of two customers who share numbers, also when one is forgotten', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const master = masterKey(randomBytes(32).toString('base64'));
        const { store } = privateStore(memoryStore(), personal, () => master);
        const customers = commandHandler(customer, store);
        for (const [index, [id, next]] of steps.entries()) {
          const commandId = `command-${index}`;
          await customers.handle(id, next, {
            commandId,
            fingerprint: commandId,
            at: '2026-01-01T00:00:00.000Z',
          });
        }
        for (const id of ['ada', 'bob']) expect((await customers.verifyReplay(id)).differs).toEqual([]);
      }),
    ));
});
