import type { ComponentChildren } from 'preact';
import { kindOfField, linkOf } from '../lib/links';
import type { Role } from '../lib/roles';

const INDENT = '  ';

/** JSON in which the ids of known fields are links for a role. */
const linked = (role: Role) => {
  type Named = readonly (readonly [name: string, value: unknown])[];

  const lines = (of: Named, field: string, indent: string): readonly ComponentChildren[] => {
    const inner = indent + INDENT;
    return of.flatMap(([name, value], index) => [
      inner,
      name === '' ? '' : `${JSON.stringify(name)}: `,
      valueOf(value, name === '' ? field : name, inner),
      index < of.length - 1 ? ',\n' : `\n${indent}`,
    ]);
  };

  const valueOf = (value: unknown, field: string, indent: string): ComponentChildren => {
    if (Array.isArray(value)) {
      const of = value.map((one) => ['', one] as const);
      return of.length === 0 ? '[]' : ['[\n', ...lines(of, field, indent), ']'];
    }
    if (typeof value === 'object' && value !== null) {
      const of = Object.entries(value);
      return of.length === 0 ? '{}' : ['{\n', ...lines(of, field, indent), '}'];
    }
    const kind = kindOfField(field);
    const link = kind !== undefined && typeof value === 'string' ? linkOf(kind, value, role) : undefined;
    const text = JSON.stringify(value);
    return link === undefined ? text : <a href={link}>{text}</a>;
  };
  return valueOf;
};

/** Data as JSON, in which ids lead to their things. Scrolls on overflow, also by keyboard. */
export const Data = ({ label, of, role }: { label: string; of: unknown; role: Role }) => (
  <pre role="region" aria-label={label} tabIndex={0}>
    {linked(role)(of, '', '')}
  </pre>
);
