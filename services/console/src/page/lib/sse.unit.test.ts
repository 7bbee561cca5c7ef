import { sseReader } from './sse';

describe('a stream of events', () => {
  const text = 'retry: 1000\n\nid: orders/0=1\ndata: {"a":1}\n\n: still here\n\nid: orders/0=2\n\n';
  const events = [{ id: 'orders/0=1', data: '{"a":1}' }, { id: 'orders/0=2' }];

  it('is read in one piece', () => expect(sseReader()(text)).toEqual(events));

  it('is read wherever it is cut', () => {
    for (let at = 0; at <= text.length; at += 1) {
      const read = sseReader();
      expect([...read(text.slice(0, at)), ...read(text.slice(at))]).toEqual(events);
    }
  });

  it('joins data of several lines', () =>
    expect(sseReader()('data: a\ndata: b\n\n')).toEqual([{ data: 'a\nb' }]));
});
