import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { definitionOf, eventsOf } from '../testing/definitions';
import { anyInterleaving, foldAll, validateDocuments } from '@bankside/projections/testing';
import type { Projection } from '@bankside/projections';
import definitions from './definitions.json';
import { views } from './index';

it('lists every view of the folder with its digest, as `npm run views` writes them', () => {
  const inFolder = readdirSync(__dirname)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) => Object.values(jest.requireActual<Record<string, unknown>>(join(__dirname, file))))
    .filter((one): one is Projection => one instanceof Object && Object.hasOwn(one, 'apply'));
  expect(new Set(views)).toEqual(new Set(inFolder));
  expect(Object.keys(definitions).sort()).toEqual(views.map(({ name }) => name).sort());
});

describe.each(views.map((view) => [view.name, view] as const))('%s', (name, view) => {
  const events = eventsOf(view);

  it('has in `sources` exactly the owners of the events that it handles', () => {
    const owners = new Set(Object.keys(view.apply).map((type) => type.slice(0, type.indexOf('.'))));
    expect([...view.sources].sort()).toEqual([...owners].sort());
  });

  it('is tested with every event that it handles', () => {
    const types = new Set(events.map(({ type }) => type));
    expect(Object.keys(view.apply).filter((type) => !types.has(type))).toEqual([]);
  });

  it('has the same documents in whatever order the streams arrive', () => {
    const expected = foldAll(view, events);
    expect(expected.size).toBeGreaterThan(0);
    fc.assert(
      fc.property(anyInterleaving(events), (arrived) => expect(foldAll(view, arrived)).toEqual(expected)),
      { numRuns: 20 },
    );
  });

  if (view.store === 'mongodb')
    it('declares a schema that all its documents satisfy', async () => {
      const documents = foldAll(view, events);
      expect(documents.size).toBeGreaterThan(0);
      await validateDocuments(view, documents);
    });

  it('lists by fields that its documents have', () => {
    const documents = [...foldAll(view, events).values()] as readonly Record<string, unknown>[];
    expect(documents).not.toHaveLength(0);
    for (const { by, sort, multiValued: several } of view.lists ?? []) {
      expect(documents.every((one) => typeof one[sort] === 'string')).toBe(true);
      expect(documents.every((one) => Array.isArray(one[by]) === (several ?? false))).toBe(true);
    }
  });

  // A running system rebuilds a view only when its version is raised.
  it('has a new version when the same events produce other documents', () => {
    expect({ [name]: definitionOf(view) }).toEqual({
      [name]: (definitions as Record<string, unknown>)[name],
    });
  });
});
