import { isOutage } from './outage';

const withCode = (code: string | number, name = 'Error') => Object.assign(new Error('x'), { code, name });

describe('isOutage', () => {
  it.each([
    ['an Outage of a service or sidecar', Object.assign(new Error('x'), { name: 'Outage' })],
    ['a database that is down', withCode('ECONNREFUSED')],
    ['a database that is stopping', withCode('57P01')],
    ['a database that is starting', withCode('57P03')],
    ['a database without a free connection', withCode('53300')],
    ['a terminated connection', new Error('Connection terminated unexpectedly')],
    ['an exhausted pool', new Error('timeout exceeded when trying to connect')],
    ['MongoDB without a server', withCode('', 'MongoServerSelectionError')],
    ['MongoDB without a server, through mongoose', withCode('', 'MongooseServerSelectionError')],
    ['FerretDB without its PostgreSQL', withCode(1, 'MongoServerError')],
  ])('recognizes %s', (_what, error) => expect(isOutage(error)).toBe(true));

  it.each([
    ['a bug', new TypeError('x is not a function')],
    ['a wrong SQL statement', withCode('42P01')],
    ['a unique violation', withCode('23505')],
    ['a wrong MongoDB query', withCode(2, 'MongoServerError')],
    ['undefined', undefined],
  ])('does not recognize %s', (_what, error) => expect(isOutage(error)).toBe(false));
});
