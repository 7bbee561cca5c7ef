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

describe('a publication map', () => {
  it('maps a stored event to its published event', () =>
    expect(map({ type: 'LampLit', version: 2, data: { lampId: 'l1', watts: 60 } })).toEqual({
      type: 'lamps.lamp-lit.v1',
      data: { lampId: 'l1', watts: 60 },
    }));
  it('upcasts an old version first', () =>
    expect(map({ type: 'LampLit', version: 1, data: { lampId: 'l1' } })).toEqual({
      type: 'lamps.lamp-lit.v1',
      data: { lampId: 'l1', watts: 40 },
    }));
  it('maps a private event to nothing', () =>
    expect(map({ type: 'LampDusted', version: 1, data: { lampId: 'l1' } })).toBeUndefined());
  it.each(['LampStolen', 'toString'])('throws for the unknown type %s', (type) =>
    expect(() => map({ type, version: 1, data: {} })).toThrow(type),
  );
});
