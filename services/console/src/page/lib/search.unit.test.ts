import { ApiProblem } from './problem';
import { searchAll, searchersOf } from './search';

/** An API with these resources; paths in `down` do not respond. */
const apiWith = (resources: Readonly<Record<string, unknown>>, down: readonly string[] = []) => {
  const get = <T>(path: string): Promise<T> => {
    const isDown = down.some((one) => path.startsWith(one));
    const status = isDown ? 503 : 404;
    const problem = new ApiProblem({ type: 'about:blank', title: '', status, detail: '' });
    return path in resources && !isDown ? Promise.resolve(resources[path] as T) : Promise.reject(problem);
  };
  const all = async <T>(path: string, name: string): Promise<readonly T[]> =>
    (await get<Record<string, readonly T[]>>(path))[name]!;
  return { get, all };
};

const PRODUCTS = {
  '/api/products': {
    products: [{ sku: 'kind-of-blue', title: 'Kind of Blue, LP', unitPriceCents: 2499, currency: 'EUR' }],
  },
};
const ORDER = { state: 'confirmed', totalCents: 162_299, currency: 'EUR' };

describe('the search', () => {
  it('finds an account by its number in groups, for tellers', async () => {
    const api = apiWith({
      ...PRODUCTS,
      '/api/accounts/1000000017': { balanceCents: 5_00, currency: 'EUR' },
      '/api/customers?limit=25&name=1000%200000%2017': { customers: [] },
    });
    const { found } = await searchAll(searchersOf('teller', api), '1000 0000 17');
    expect(found).toEqual([
      { kind: 'Account', label: '1000 0000 17', detail: '€5.00', link: '#/teller/accounts/1000000017' },
    ]);
  });

  it('finds customers by name and products by title', async () => {
    const customer = { customerId: 'c-1', name: 'Kindra Ek', mobileNumber: '+40712345678' };
    const api = apiWith({ ...PRODUCTS, '/api/customers?limit=25&name=kind': { customers: [customer] } });
    const { found } = await searchAll(searchersOf('teller', api), 'kind');
    expect(found.map(({ link }) => link)).toEqual([
      '#/teller/customers/c-1',
      '#/teller/products?sku=kind-of-blue',
    ]);
  });

  it('finds the order and the saga of one id, for operators', async () => {
    const api = apiWith({
      ...PRODUCTS,
      '/api/orders/o-1': ORDER,
      '/api/sagas/o-1': { saga: 'placeOrder', status: 'completed' },
    });
    const { found } = await searchAll(searchersOf('operator', api), 'o-1');
    expect(found.map(({ detail, link }) => [detail, link])).toEqual([
      ['Place order, completed', '#/operator/sagas/o-1'],
      ['Confirmed, €1,622.99', '#/operator/orders/o-1'],
    ]);
  });

  it('finds among the customer’s own only', async () => {
    const of = <T>(data: T) => ({ status: 'ok', tookMs: 1, data });
    const summary = {
      accounts: of([{ accountNumber: '1000000017', balanceCents: 100, currency: 'EUR' }]),
      cards: of([]),
      loans: of([]),
      orders: of([{ orderId: 'o-1', ...ORDER }]),
    };
    const api = apiWith({ ...PRODUCTS, '/api/customers/c-1/summary?via=view': summary });
    const { found } = await searchAll(searchersOf('customer', api, 'c-1'), '1,622');
    expect(found.map(({ link }) => link)).toEqual(['#/customer/orders/o-1']);
  });

  const TRANSFER = {
    transferId: 't-12',
    toAccount: '1000000025',
    amountCents: 1_250,
    currency: 'EUR',
    purpose: 'Rent for March',
    status: 'completed',
  };
  const OF_CUSTOMER = {
    ...PRODUCTS,
    '/api/customers/c-1/summary?via=view': { accounts: {}, cards: {}, loans: {}, orders: {} },
    '/api/customers/c-1/transfers?limit=100': { transfers: [TRANSFER] },
    '/api/transfers/t-12': TRANSFER,
    '/api/orders?customerId=c-1&limit=100': {
      orders: [
        {
          orderId: 'o-1',
          currency: 'EUR',
          returns: [{ returnId: 'r-12', state: 'completed', refundCents: 100 }],
        },
      ],
    },
  };

  it.each([
    ['t-12', 't-12', '#/customer/transfers/t-12'],
    ['rent', 'Rent for March', '#/customer/transfers/t-12'],
    ['1000 0000 25', 'Rent for March', '#/customer/transfers/t-12'],
    ['r-12', 'r-12', '#/customer/orders/o-1'],
  ])('finds a transfer or a return of the customer by %j', async (text, label, link) => {
    const { found, missing } = await searchAll(searchersOf('customer', apiWith(OF_CUSTOMER), 'c-1'), text);
    expect(found.map((one) => [one.label, one.link])).toEqual([[label, link]]);
    expect(missing).toEqual([]);
  });

  it('finds a transfer by its id, for tellers', async () => {
    const { found } = await searchAll(searchersOf('teller', apiWith(OF_CUSTOMER)), 't-12');
    expect(found.map(({ detail, link }) => [detail, link])).toEqual([
      ['Completed, €12.50', '#/teller/transfers/t-12'],
    ]);
  });

  it('names what could not be searched, and shows the rest', async () => {
    const api = apiWith({ ...PRODUCTS, '/api/orders/kind': ORDER }, ['/api/sagas', '/api/streams/customers']);
    const { found, missing } = await searchAll(searchersOf('operator', api), 'kind');
    expect(found).toHaveLength(2);
    expect(missing).toEqual(['sagas', 'streams of customers']);
  });
});
