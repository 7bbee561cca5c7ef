import type { LiveEvent } from './api-types';
import { eventFilter } from './event-filter';

const event: LiveEvent = {
  id: 'accounts/0/7',
  type: 'accounts.money-withdrawn.v1',
  source: 'accounts',
  subject: 'account-1000000017',
  time: '2026-01-01T00:00:00Z',
  streamrevision: 2,
  feedposition: 7,
  data: { customerId: 'Ada', amountCents: 2998 },
};

describe('the filter of live events', () => {
  it.each([
    '',
    '  ',
    'withdrawn',
    'ACCOUNTS money',
    '1000000017',
    'ada',
    '2998',
    '-orders',
    'money -deposited',
    '-',
  ])('lets it pass with %j', (typed) => expect(eventFilter(typed)(event)).toBe(true));
  it.each(['deposited', 'money orders', '-accounts', 'money -ada'])('excludes it with %j', (typed) =>
    expect(eventFilter(typed)(event)).toBe(false),
  );
});
