import { canonicalJson } from '@bankside/std';
import { createHash } from 'node:crypto';
import type { Projection } from '@bankside/projections';
import { views } from '../views';
import { feedOf, foldAll, history } from '@bankside/projections/testing';

/** A digest of what a view makes of one history of events: another one means another view. */
export type Definition = Readonly<{ version: number; digest: string }>;

export const events = feedOf(history(24));

export const definitionOf = (view: Projection): Definition => {
  const documents = [...foldAll(view, events)].sort(([a], [b]) => (a < b ? -1 : 1));
  const digest = createHash('sha256').update(canonicalJson(documents)).digest('hex').slice(0, 16);
  return { version: view.version, digest };
};

export const definitions = (): Readonly<Record<string, Definition>> =>
  Object.fromEntries(views.map((view) => [view.name, definitionOf(view)]));
