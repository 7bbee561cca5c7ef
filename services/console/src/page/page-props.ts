import type { ComponentType } from 'preact';
import type { Api } from './lib/api';
import type { Role } from './lib/roles';
import type { Session } from './lib/session';

/** What every page is given. */
export type PageProps = Readonly<{
  api: Api;
  session: Session;
  /** The named parts of its address. */
  params: Readonly<Record<string, string>>;
  query: ReadonlyMap<string, string>;
}>;

export type PageEntry = Readonly<{
  /** Its address; `:name` is any part. */
  path: readonly string[];
  /** As what it asks the API; the first part of its address is whose page it is. */
  role: Role;
  /** As it stands in the list of pages; without it, it is reached from another one. */
  nav?: string;
  /** The entry of that list which leads to it. */
  under?: string;
  page: ComponentType<PageProps>;
}>;
