import type { ComponentType } from 'preact';
import type { Api } from './lib/api';
import type { Role } from './lib/roles';
import type { Session } from './lib/session';

export type PageProps = Readonly<{
  api: Api;
  session: Session;
  /** The parameters of its address. */
  params: Readonly<Record<string, string>>;
  query: ReadonlyMap<string, string>;
  /** The API in the other roles in which the user is signed in. */
  others: Partial<Readonly<Record<Role, Api>>>;
}>;

export type PageEntry = Readonly<{
  /** The pattern of its address; `:name` matches any part. */
  path: readonly string[];
  /** The role in which it calls the API; the first part of the address is the role of its user. */
  role: Role;
  /** Its title in the navigation; pages without one are reached from another page. */
  nav?: string;
  /** The heading under which the navigation lists it; pages without one come first. */
  group?: string;
  /** The navigation entry that leads to it. */
  under?: string;
  page: ComponentType<PageProps>;
}>;
