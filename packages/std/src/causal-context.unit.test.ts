import { causalHeaders, isCausationId, isCorrelationId } from './causal-context';

const correlationId = '6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11';

describe('causal context', () => {
  it('becomes the headers of a call, without those that are unknown', () => {
    expect(causalHeaders({ trace: '00-a-b-01', correlationId, causationId: 'orders/0/17' })).toEqual({
      traceparent: '00-a-b-01',
      'correlation-id': correlationId,
      'causation-id': 'orders/0/17',
    });
    expect(causalHeaders({ correlationId })).toEqual({ 'correlation-id': correlationId });
    expect(causalHeaders({})).toEqual({});
  });

  it.each([
    [correlationId, true],
    [correlationId.toUpperCase(), false],
    [`${correlationId} `, false],
    [`${correlationId}\n`, false],
    ['6f1c1b0e4a358c1e9a831f0f6f3c3a11', false],
    ['orders/0/17', false],
    ['', false],
  ])('takes %j as a correlation id: %j', (text, expected) => expect(isCorrelationId(text)).toBe(expected));

  it.each([
    [correlationId, true],
    ['orders/0/17', true],
    ['saga/6f1c1b0e/reserve/cd-1#2', true],
    ['a'.repeat(255), true],
    ['a'.repeat(256), false],
    ['two words', false],
    ['line\n', false],
    ['é', false],
    ['', false],
  ])('takes %j as a causation id: %j', (text, expected) => expect(isCausationId(text)).toBe(expected));
});
