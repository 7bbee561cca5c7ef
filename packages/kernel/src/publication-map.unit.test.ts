import type { Commit, StoredEvent } from './event-store';
import { publicationMap } from './publication-map';

type Lamp =
  | Readonly<{ type: 'LampLit'; data: Readonly<{ lampId: string; watts: number }> }>
  | Readonly<{ type: 'LampDusted'; data: Readonly<{ lampId: string }> }>;

const published = publicationMap<Lamp, Readonly<{ type: string; data: object }>>(
  {
    LampLit: ({ lampId, watts }) => ({ type: 'lamps.lamp-lit.v1', data: { lampId, watts } }),
    LampDusted: 'private',
  },
  { LampLit: [(lit: Readonly<{ lampId: string }>) => ({ ...lit, watts: 40 })] },
);
const map = (event: StoredEvent) => published({} as Commit, event);

describe('the published meaning of stored events', () => {
  it('is what the owner says', () =>
    expect(map({ type: 'LampLit', version: 2, data: { lampId: 'l1', watts: 60 } })).toEqual({
      type: 'lamps.lamp-lit.v1',
      data: { lampId: 'l1', watts: 60 },
    }));
  it('is taken from the newest version', () =>
    expect(map({ type: 'LampLit', version: 1, data: { lampId: 'l1' } })?.data).toEqual({
      lampId: 'l1',
      watts: 40,
    }));
  it('is nothing for a private event', () =>
    expect(map({ type: 'LampDusted', version: 1, data: { lampId: 'l1' } })).toBeUndefined());
  it.each(['LampStolen', 'toString'])('throws for %s, which nobody knows', (type) =>
    expect(() => map({ type, version: 1, data: {} })).toThrow(type),
  );
});
