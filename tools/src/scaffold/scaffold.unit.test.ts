import { projectRoot } from '../root';
import { namesOfService } from './plan';
import { planOf } from './scaffold';

describe('npm run new', () => {
  it.each([
    ['service', 'Loyalty', /"Loyalty" cannot be the name of a service: use one word/],
    ['service', 'gift-cards', /cannot be the name of a service/],
    ['service', '../x', /cannot be the name of a service/],
    ['service', 'accounts', /services\/accounts exists already/],
    ['service', 'worker', /workflows\/worker exists already/],
    ['service', 'redis', /The name redis is taken/],
    ['view', 'OrderHistory', /cannot be the name of a view: use lower-case words joined by hyphens/],
    ['saga', 'pay-card', /workflows\/pay-card exists already/],
    ['saga', 'pay--card', /cannot be the name of a saga/],
    ['service', '', /^Usage: npm run new -- service\|view\|saga <name>/],
    ['table', 'x', /^Usage/],
    ['toString', 'x', /^Usage/],
  ])('rejects %s "%s" with a message and exit code 2', (kind, name, message) => {
    const plan = () => planOf(projectRoot, kind, name);
    expect(plan).toThrow(message);
    expect(plan).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  it.each([
    ['refunds', 'refund'],
    ['loyalty', 'loyalty'],
    ['categories', 'category'],
    ['branches', 'branch'],
    ['bonus', 'bonus'],
  ])('names the aggregate of the service %s %s', (service, aggregate) =>
    expect(namesOfService(service).camel).toBe(aggregate),
  );
});
