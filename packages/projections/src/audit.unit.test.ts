import { movements } from '../testing/sample-projections';
import { type Audit, auditRunner } from './audit';

const version = { projection: movements, number: 1 };
const found: Audit = { equal: true, documents: 1, events: 2, moving: 0, differences: [] };

/** Audits that end when the test resolves them. */
const world = () => {
  const running: Array<Readonly<{ resolve: (found: Audit) => void; reject: (error: Error) => void }>> = [];
  const ask = auditRunner({
    run: () => new Promise((resolve, reject) => void running.push({ resolve, reject })),
    waitMs: 1,
  });
  return { running, ask };
};

describe('an audit', () => {
  it('that outlasts its request is returned by the next request, once', async () => {
    const { running, ask } = world();
    expect(await ask(version)).toBeUndefined();
    expect(await ask(version)).toBeUndefined();
    running[0]!.resolve(found);
    expect(await ask(version)).toBe(found);
    expect(running).toHaveLength(1);
    expect(await ask(version)).toBeUndefined(); // A new one.
    expect(running).toHaveLength(2);
  });

  it('is shared by concurrent requests', async () => {
    const { running, ask } = world();
    const asked = [ask(version), ask(version)];
    running[0]!.resolve(found);
    expect(await Promise.all(asked)).toEqual([found, found]);
    expect(running).toHaveLength(1);
  });

  it('that fails rejects its request, and the next request starts another', async () => {
    const { running, ask } = world();
    const asked = ask(version);
    running[0]!.reject(new Error('no feed'));
    await expect(asked).rejects.toThrow('no feed');
    expect(await ask(version)).toBeUndefined();
    expect(running).toHaveLength(2);
  });

  it('of another version runs separately', async () => {
    const { running, ask } = world();
    await Promise.all([ask(version), ask({ ...version, number: 2 })]);
    expect(running).toHaveLength(2);
  });
});
