import { SECTION_SERVICES, serviceSources } from '@bankside/composition';
import { compareCalls } from '@bankside/tools';

it('the composer makes the calls that the services map lists for it, and no other', async () => {
  const made: { service: string; path: string }[] = [];
  const sources = serviceSources((service, path) => {
    made.push({ service, path: path.split('?')[0]! });
    return Promise.resolve({ status: 200, body: {} });
  });
  for (const customer of [{ customerId: 'ada' }, { mobileNumber: '+40712345678' }])
    for (const read of Object.values(sources)) await read(customer, 1_000).catch(() => undefined);
  expect(new Set(made.map(({ service }) => service))).toEqual(new Set(SECTION_SERVICES));
  const calls = made.map(({ service, path }) => `${service}: GET /${path}`);
  expect(compareCalls('composer', 'calls', calls)).toEqual({ unused: [], unlisted: [] });
});
