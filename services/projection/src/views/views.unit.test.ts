import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { definitionOf, eventsOf } from '../testing/definitions';
import { anyInterleaving, foldAll, validateDocuments } from '@bankside/projections/testing';
import type { Projection } from '@bankside/projections';
import definitions from './definitions.json';
import { views } from './index';

it('are all in the list, with what they are: npm run views writes both', () => {
  const inFolder = readdirSync(__dirname)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) => Object.values(jest.requireActual<Record<string, unknown>>(join(__dirname, file))))
    .filter((one): one is Projection => one instanceof Object && Object.hasOwn(one, 'apply'));
  expect(new Set(views)).toEqual(new Set(inFolder));
  expect(Object.keys(definitions).sort()).toEqual(views.map(({ name }) => name).sort());
});

describe.each(views.map((view) => [view.name, view] as const))('%s', (name, view) => {
  const events = eventsOf(view);

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

  if (view.store === 'mongodb')
    it('declares a schema that all its documents satisfy', async () => {
      const documents = foldAll(view, events);
      expect(documents.size).toBeGreaterThan(0);
      await validateDocuments(view, documents);
    });

  it('lists by fields that its documents have', () => {
    const documents = [...foldAll(view, events).values()] as readonly Record<string, unknown>[];
    for (const { by, sort, multiValued: several } of view.lists ?? []) {
      expect(documents.every((one) => typeof one[sort] === 'string')).toBe(true);
      expect(documents.every((one) => Array.isArray(one[by]) === (several ?? false))).toBe(true);
    }
  });

  // Documents that were built by another definition are built anew only when the version says so.
  it('has another version whenever the same events give other documents', () => {
    expect({ [name]: definitionOf(view) }).toEqual({
      [name]: (definitions as Record<string, unknown>)[name],
    });
  });
});
