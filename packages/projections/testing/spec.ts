import type { ContractEvent, EventEnvelope } from '@bankside/contracts';
import fc from 'fast-check';
import { documentKeyOf, handlerOf, type Projection } from '../src/projection';

/** An event as a test states it, with its time and stream where they matter. */
export type Fact = ContractEvent & Readonly<{ at?: string; stream?: string }>;

export const AT = '2026-01-01T00:00:00.000Z';

/** Facts as their owners' feeds have them: positions count up per source, revisions per stream. */
export const feedOf = (facts: readonly Fact[]): readonly EventEnvelope[] => {
  const last = new Map<string, number>();
  const next = (name: string): number => {
    last.set(name, (last.get(name) ?? 0) + 1);
    return last.get(name)!;
  };
  return facts.map(({ type, data, at = AT, stream = 'stream-1' }) => {
    const source = type.slice(0, type.indexOf('.'));
    const feedposition = next(source);
    return {
      specversion: '1.0',
      id: `${source}/0/${feedposition}`,
      type,
      source,
      subject: stream,
      time: at,
      datacontenttype: 'application/json',
      partitionkey: stream,
      feedpartition: 0,
      feedposition,
      streamrevision: next(`${source}/${stream}`),
      data,
    };
  });
};

/** The plain fold: each event once, in the given order. The runtime must produce the same documents. */
export const foldAll = (of: Projection, events: readonly EventEnvelope[]): ReadonlyMap<string, object> => {
  const documents = new Map<string, object>();
  for (const event of events) {
    const key = documentKeyOf(of, event);
    const step = handlerOf(of, event);
    if (key === undefined || step === undefined) continue;
    documents.set(key, step(documents.get(key) ?? of.initial(key), event));
  }
  return documents;
};

/** `given(facts).see(key, document)`: a specification of a projection. For jest. */
export const projectionSpec =
  (of: Projection) =>
  (...facts: readonly Fact[]) => {
    const documents = foldAll(of, feedOf(facts));
    return {
      see: (key: string, document: object) => expect(documents.get(key)).toMatchObject(document),
      seeNothing: () => expect(documents.size).toBe(0),
    };
  };

/** The events in every order that keeps each stream's own. */
export const anyInterleaving = (events: readonly EventEnvelope[]): fc.Arbitrary<readonly EventEnvelope[]> =>
  fc.shuffledSubarray([...events], { minLength: events.length }).map((turns) => {
    const taken = new Map<string, number>();
    return turns.map(({ source, subject }) => {
      const stream = `${source}/${subject}`;
      const index = taken.get(stream) ?? 0;
      taken.set(stream, index + 1);
      return events.filter((event) => `${event.source}/${event.subject}` === stream)[index]!;
    });
  });
