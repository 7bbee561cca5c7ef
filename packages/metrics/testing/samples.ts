export type Sample = Readonly<{ name: string; labels: Readonly<Record<string, string>>; value: number }>;

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n' };

const valueOf = (text: string): number => {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
};

/** The samples in Prometheus' text format. */
export const parseSamples = (text: string): readonly Sample[] =>
  text.split('\n').flatMap((line) => {
    const match = line.startsWith('#') ? null : LINE.exec(line);
    if (match === null) return [];
    const [, name, labels = '', value] = match;
    const pairs = [...labels.matchAll(LABEL)].map(([, label, quoted]) => [
      label!,
      quoted!.replaceAll(/\\(.)/g, (_escape, one: string) => ESCAPES[one] ?? one),
    ]);
    return [{ name: name!, labels: Object.fromEntries(pairs) as Sample['labels'], value: valueOf(value!) }];
  });
