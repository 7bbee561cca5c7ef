import { parseCursor, serializeCursor } from './store';

it('a cursor is read as it was written', () =>
  expect(parseCursor(serializeCursor('2026-01-01', 'customer-😀'))).toEqual({
    sort: '2026-01-01',
    key: 'customer-😀',
  }));
