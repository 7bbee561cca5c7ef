import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml';

type Row = Readonly<{ path: string; value: string; description: string }>;

const sentence = (...comments: readonly (string | null | undefined)[]): string =>
  comments
    .filter((one): one is string => typeof one === 'string')
    // A blank line ends a remark about something else.
    .map((one) => one.split(/\n\s*\n/).at(-1)!)
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('|', '\\|')
    .trim();

/** `aboveFirst` is the comment above the first key of a map, which YAML attaches to the map. */
const commentsOf = ({ key, value }: Pair, aboveFirst?: string | null): string => {
  const [before, after] = [key, value].map(
    (one) => one as { commentBefore?: string; comment?: string } | null,
  );
  return sentence(
    aboveFirst,
    before?.commentBefore,
    isMap(value) ? undefined : after?.commentBefore,
    after?.comment,
  );
};

const rowsOf = (map: YAMLMap, parent: string): readonly Row[] =>
  map.items.flatMap((pair, index) => {
    const { key, value } = pair as Pair;
    const path = parent + (isScalar(key) ? String(key.value) : '');
    const row = { path, description: commentsOf(pair as Pair, index === 0 ? map.commentBefore : undefined) };
    // The map of services has one row, since each service may have the same fields.
    if (path === 'services') return [{ ...row, value: isMap(value) ? `${value.items.length} services` : '' }];
    if (!isMap(value) || value.items.length === 0)
      return [
        {
          ...row,
          value: `\`${JSON.stringify((value as { toJSON: () => unknown } | null)?.toJSON() ?? null)}\``,
        },
      ];
    const inner = rowsOf(value, `${path}.`);
    return row.description === '' ? inner : [{ ...row, value: '' }, ...inner];
  });

/** The values of a chart as a Markdown table: name, default, and the comment beside it. */
const valuesTable = (yaml: string): string => {
  const { contents } = parseDocument(yaml);
  const rows = isMap(contents) ? rowsOf(contents as YAMLMap, '') : [];
  return [
    '| value | default | what it is |',
    '|---|---|---|',
    ...rows.map((row) => `| \`${row.path}\` | ${row.value} | ${row.description} |`),
  ].join('\n');
};

const START = '<!-- values -->';
const END = '<!-- /values -->';

/** A README with a new table between its two marks. */
export const withTable = (readme: string, yaml: string): string => {
  const [before, rest = ''] = readme.split(START);
  const [, after = ''] = rest.split(END);
  return `${before}${START}\n\n${valuesTable(yaml)}\n\n${END}${after}`;
};
