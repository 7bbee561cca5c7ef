import type { Request } from 'express';
import { readYourWrites, servicesInToken } from './consistency-token';

const BEHIND = { name: 'view-behind', retryAfter: 1 };
const requestWith = (token: string | undefined): Request => ({ get: () => token }) as unknown as Request;

describe('a Consistency-Token', () => {
  it('names the services of its streams', () =>
    expect(servicesInToken('orders/order-1@3, accounts/account-1@2,orders/order-2@1')).toEqual(
      new Set(['orders', 'accounts']),
    ));

  it.each(['', 'nonsense', 'nobody/stream@1', 'orders/order-1', 'orders/order-1@x', 'orders/order-1@1,'])(
    'is rejected as %j',
    (token) => expect(() => servicesInToken(token)).toThrow('Consistency-Token must be'),
  );

  it('is rejected with more than 20 streams', () =>
    expect(() => servicesInToken(Array.from({ length: 21 }, () => 'orders/o@1').join(','))).toThrow(
      'Consistency-Token must be',
    ));
});

describe('a read of data from orders and cards', () => {
  const waitedFor = async (token: string | undefined, catchUp = async (): Promise<void> => undefined) => {
    const asked: string[] = [];
    await readYourWrites(requestWith(token), {
      name: 'orders',
      sources: ['orders', 'cards'],
      catchUp: async (sources) => {
        asked.push(...sources);
        return catchUp();
      },
    });
    return asked;
  };

  it.each([
    [undefined, []],
    ['orders/order-1@1', ['orders']],
    ['cards/card-1@1,orders/order-1@1', ['orders', 'cards']],
    ['accounts/account-1@1,loans/loan-1@1', []],
  ])('with the token %j waits for %j', async (token, expected) => {
    expect(await waitedFor(token)).toEqual(expected);
  });

  it('ends with view-behind when the owner does not respond', async () => {
    const down = () => Promise.reject(new Error('no response'));
    await expect(waitedFor('orders/order-1@1', down)).rejects.toMatchObject({ options: BEHIND });
  });

  it('ends with view-behind when the owner does not respond in time', async () => {
    const never = () => new Promise<void>(() => undefined);
    await expect(waitedFor('orders/order-1@1', never)).rejects.toMatchObject({ options: BEHIND });
  });
});
