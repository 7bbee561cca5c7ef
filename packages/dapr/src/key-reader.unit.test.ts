import { keyReader, type Values } from './key-reader';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

const rig = (limits: Readonly<{ batchKeys?: number; inFlight?: number }> = {}) => {
  const requests: {
    keys: readonly string[];
    respond: (values: Values) => void;
    fail: (error: Error) => void;
  }[] = [];
  const read = keyReader({
    fetch: (keys) => new Promise((respond, fail) => requests.push({ keys, respond, fail })),
    ...limits,
  });
  return { read, requests };
};

describe('keyReader', () => {
  it('sends one request for concurrent reads of the same key', async () => {
    const { read, requests } = rig();
    const reads = [read(['a', 'b']), read(['b', 'c'])];
    await turn();
    expect(requests.map(({ keys }) => keys)).toEqual([['a', 'b', 'c']]);
    requests[0]!.respond(new Map([['b', 1]]));
    for (const values of await Promise.all(reads)) expect(values.get('b')).toBe(1);
  });

  it('never joins a request that was sent before, which may have missed a write', async () => {
    const { read, requests } = rig();
    const older = read(['a']);
    await turn();
    const newer = read(['a']);
    await turn();
    expect(requests).toHaveLength(2);
    requests[0]!.respond(new Map([['a', 'old']]));
    requests[1]!.respond(new Map([['a', 'new']]));
    expect([(await older).get('a'), (await newer).get('a')]).toEqual(['old', 'new']);
  });

  it('respects its limits, and sends a larger read alone', async () => {
    const { read, requests } = rig({ batchKeys: 3, inFlight: 1 });
    const reads = [read(['a', 'b', 'c', 'd']), read(['e', 'f']), read(['g']), read(['h'])];
    const seen: (readonly string[])[] = [];
    for (let count = 0; count < 3; count += 1) {
      await turn();
      expect(requests).toHaveLength(1);
      const request = requests.pop()!;
      seen.push(request.keys);
      request.respond(new Map());
    }
    await Promise.all(reads);
    expect(seen).toEqual([['a', 'b', 'c', 'd'], ['e', 'f', 'g'], ['h']]);
  });

  it('fails the reads of a failed request, and no later ones', async () => {
    const { read, requests } = rig();
    const failing = Promise.allSettled([read(['a']), read(['b'])]);
    await turn();
    requests[0]!.fail(new Error('gone'));
    expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = read(['a']);
    await turn();
    requests[1]!.respond(new Map([['a', 1]]));
    expect((await next).get('a')).toBe(1);
  });
});
