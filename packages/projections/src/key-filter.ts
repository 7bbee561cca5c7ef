/** 2^25 bits are 4 MiB: with 3 million keys one in a hundred that was never added looks as if it was. */
const BITS = 2 ** 25;
const PROBES = 4;

/** FNV-1a over the code units, from two starting points: enough to spread keys, not to keep secrets. */
const hash = (key: string, seed: number): number => {
  let value = seed;
  for (let index = 0; index < key.length; index += 1)
    value = Math.imul(value ^ key.charCodeAt(index), 0x01_00_01_93);
  return value >>> 0;
};

/** A set of keys in fixed memory (a Bloom filter): what was added is always found, what was not nearly never. */
export const keyFilter = () => {
  const words = new Uint32Array(BITS / 32);
  const bitsOf = (key: string): readonly number[] => {
    const [one, other] = [hash(key, 0x811c9dc5), (hash(key, 0x9747b28c) | 1) >>> 0];
    return Array.from({ length: PROBES }, (_, probe) => (one + probe * other) % BITS);
  };
  return {
    add: (key: string): void => {
      for (const bit of bitsOf(key)) words[bit >>> 5]! |= 1 << (bit & 31);
    },
    mayHave: (key: string): boolean =>
      bitsOf(key).every((bit) => (words[bit >>> 5]! & (1 << (bit & 31))) !== 0),
  };
};
