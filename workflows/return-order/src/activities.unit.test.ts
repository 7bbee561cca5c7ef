import { returnOrderActivities } from './activities';

const pieces = { orderId: 'o1', returnId: 'r1', sku: 'cd-1', quantity: 2 };
const body = { orderId: 'o1', returnId: 'r1', quantity: 2 };

describe('the requests of the saga return-order', () => {
  it('take pieces back under the id of the return', () => {
    expect(returnOrderActivities.restock(pieces)).toEqual({
      service: 'inventory',
      path: ['products', 'cd-1', 'returns'],
      body,
    });
    expect(returnOrderActivities.writeOff(pieces)).toMatchObject({
      path: ['products', 'cd-1', 'write-offs'],
      body,
    });
  });
});
