import type { ComponentChildren } from 'preact';
import { inGroups } from '../lib/in-words';
import { linkOf, type ThingKind } from '../lib/links';
import type { Role } from '../lib/roles';

/** Letters of an id that suffice to recognize it. */
const SHORT = 13;
const NUMBERED: readonly ThingKind[] = ['account', 'card', 'loan'];

/** An id that is shorter on the page than in its title. */
const shortened = (id: string): string => (id.length > SHORT + 3 ? `${id.slice(0, SHORT)}…` : id);

/** The id of a thing as a link to it, where the role has a page of it. */
export const Thing = ({
  kind,
  id,
  role,
  children,
}: {
  kind: ThingKind;
  id: string;
  role: Role;
  /** What to show instead of the id, such as a name. */
  children?: ComponentChildren;
}) => {
  const link = linkOf(kind, id, role);
  const text = children ?? (
    <span class="mono" title={id}>
      {NUMBERED.includes(kind) ? inGroups(id) : shortened(id)}
    </span>
  );
  return link === undefined ? <>{text}</> : <a href={link}>{text}</a>;
};
