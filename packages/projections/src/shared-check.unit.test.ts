import { sharedCheck } from './shared-check';

/** Checks that end when the test says so. */
const checks = () => {
  const ends: Array<Readonly<{ resolve: () => void; reject: (error: Error) => void }>> = [];
  const check = sharedCheck(() => new Promise((resolve, reject) => void ends.push({ resolve, reject })));
  const begun = async (): Promise<number> => {
    await Promise.resolve();
    await Promise.resolve();
    return ends.length;
  };
  return { ends, check, begun };
};

describe('a shared check', () => {
  it('is one for all callers of a moment', async () => {
    const { ends, check, begun } = checks();
    const callers = [check(), check(), check()];
    expect(await begun()).toBe(1);
    ends[0]!.resolve();
    await Promise.all(callers);
  });

  it('begins after its caller: those who come while one is under way share the next', async () => {
    const { ends, check, begun } = checks();
    const first = check();
    await begun();
    let done = false;
    const late = [check().then(() => (done = true)), check()];
    expect(await begun()).toBe(1);
    ends[0]!.resolve();
    await first;
    expect(await begun()).toBe(2);
    expect(done).toBe(false);
    ends[1]!.resolve();
    await Promise.all(late);
  });

  it('fails for its own callers only', async () => {
    const { ends, check, begun } = checks();
    const first = check();
    await begun();
    const second = check();
    ends[0]!.reject(new Error('no response'));
    await expect(first).rejects.toThrow('no response');
    expect(await begun()).toBe(2);
    ends[1]!.resolve();
    await second;
  });
});
