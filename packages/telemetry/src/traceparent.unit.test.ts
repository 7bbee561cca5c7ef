import { isTraceparent, spanContextOf, traceparentOf } from './traceparent';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('a traceparent', () => {
  it.each([
    ['of a recorded span', `00-${TRACE}-${SPAN}-01`, 1],
    ['of a span that is not recorded', `00-${TRACE}-${SPAN}-00`, 0],
    ['with flags that version 00 does not define', `00-${TRACE}-${SPAN}-ff`, 1],
    ['of a later version with more fields', `01-${TRACE}-${SPAN}-01-more`, 1],
  ])('%s is read', (_what, text, traceFlags) => {
    expect(spanContextOf(text)).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags, isRemote: true });
  });

  it.each([
    undefined,
    '',
    'garbage',
    TRACE,
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-1`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE}-${SPAN}-01 `,
    ` 00-${TRACE}-${SPAN}-01`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE}-${SPAN}-01\nx`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
    `00-${'a'.repeat(100_000)}-${SPAN}-01`,
  ])('is malformed as %j', (text) => expect(isTraceparent(text)).toBe(false));

  it('is written as it was read', () => {
    const text = `00-${TRACE}-${SPAN}-01`;
    expect(traceparentOf(spanContextOf(text)!)).toBe(text);
  });
});
