import fc from 'fast-check';
import { canonicalJson } from './canonical-json';

const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
};

describe('canonical JSON', () => {
  it('does not depend on the order of keys, at any depth', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) =>
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value)),
      ),
    ));

  it('has the same value as the JSON of its input', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) =>
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value))),
      ),
    ));

  it('keeps the order of arrays', () => expect(canonicalJson([2, 1])).toBe('[2,1]'));
});
