import type { Request } from 'express';
import { causalContextOf } from './parse';

const request = (headers: Readonly<Record<string, string>>) =>
  ({ get: (name: string) => headers[name] }) as Request;
const correlationId = '6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11';

describe('the causal context of a call', () => {
  it('is in its headers, as far as they are there', () => {
    const headers = {
      traceparent: '00-a-b-01',
      'correlation-id': correlationId,
      'causation-id': 'orders/0/17',
    };
    expect(causalContextOf(request(headers))).toEqual({
      trace: '00-a-b-01',
      correlationId,
      causationId: 'orders/0/17',
    });
    expect(causalContextOf(request({}))).toEqual({});
  });

  it.each([
    { 'correlation-id': 'my-own' },
    { 'correlation-id': correlationId.toUpperCase() },
    { 'correlation-id': '' },
    { 'causation-id': 'two words' },
    { 'causation-id': 'a'.repeat(256) },
  ])('is rejected with the headers %j', (headers) => {
    const [pointer] = Object.keys(headers).map((name) => `header:${name}`);
    expect(() => causalContextOf(request(headers))).toThrow(
      expect.objectContaining({
        options: expect.objectContaining({ errors: [expect.objectContaining({ pointer })] }),
      }),
    );
  });
});
