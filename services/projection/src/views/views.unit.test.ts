import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { history } from '../testing/history';
import { anyInterleaving, feedOf, foldAll } from '../testing/spec';
import definitions from './definitions.json';
import { views } from './index';

const events = feedOf(history(24));

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

describe.each(views.map((view) => [view.name, view] as const))('%s', (name, view) => {
  it('names in `sources` exactly the owners of what it applies', () => {
    const owners = new Set(Object.keys(view.apply).map((type) => type.slice(0, type.indexOf('.'))));
    expect([...view.sources].sort()).toEqual([...owners].sort());
  });

  it('has every event that it applies in the history that it is tested with', () => {
    const types = new Set(events.map(({ type }) => type));
    expect(Object.keys(view.apply).filter((type) => !types.has(type))).toEqual([]);
  });

  it('ends the same in whatever order the streams arrive', () => {
    const expected = foldAll(view, events);
    expect(expected.size).toBeGreaterThan(0);
    fc.assert(
      fc.property(anyInterleaving(events), (arrived) => expect(foldAll(view, arrived)).toEqual(expected)),
      { numRuns: 20 },
    );
  });

  it('lists by fields that its documents have', () => {
    const documents = [...foldAll(view, events).values()] as readonly Record<string, unknown>[];
    for (const { by, sort, several } of view.lists ?? []) {
      expect(documents.every((one) => typeof one[sort] === 'string')).toBe(true);
      expect(documents.every((one) => Array.isArray(one[by]) === (several ?? false))).toBe(true);
    }
  });

  // Documents that were built by another definition are built anew only when the version says so.
  it('has another version whenever the same events give other documents', () => {
    const documents = [...foldAll(view, events)].sort(([a], [b]) => (a < b ? -1 : 1));
    const digest = createHash('sha256').update(sorted(documents)).digest('hex').slice(0, 16);
    expect({ [name]: { version: view.version, digest } }).toEqual({
      [name]: (definitions as Record<string, unknown>)[name],
    });
  });
});
