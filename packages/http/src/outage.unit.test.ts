import { Outage } from '@bankside/dapr';
import { isOutage } from './outage';

const withCode = (code: string | number, name = 'Error') => Object.assign(new Error('x'), { code, name });

describe('an outage', () => {
  it.each([
    ['of a service or sidecar', new Outage('x')],
    ['of a database that is down', withCode('ECONNREFUSED')],
    ['of a database that is stopping', withCode('57P01')],
    ['of a database that is starting', withCode('57P03')],
    ['of a database without a connection left', withCode('53300')],
    ['of a connection', new Error('Connection terminated unexpectedly')],
    ['of a pool', new Error('timeout exceeded when trying to connect')],
    ['of MongoDB', withCode('', 'MongoServerSelectionError')],
    ['of MongoDB, as mongoose tells it', withCode('', 'MongooseServerSelectionError')],
    ['of the PostgreSQL behind FerretDB', withCode(1, 'MongoServerError')],
  ])('is one %s', (_what, error) => expect(isOutage(error)).toBe(true));

  it.each([
    ['a bug', new TypeError('x is not a function')],
    ['a wrong statement', withCode('42P01')],
    ['a value that is there already', withCode('23505')],
    ['a wrong query of MongoDB', withCode(2, 'MongoServerError')],
    ['nothing', undefined],
  ])('is not %s', (_what, error) => expect(isOutage(error)).toBe(false));
});
