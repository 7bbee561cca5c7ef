import { canonicalJson } from '@bankside/std';
import type { EventEnvelope } from '@bankside/contracts';
import { createHash } from 'node:crypto';
import type { Projection } from '@bankside/projections';
import { views } from '../views';
import { feedOf, foldAll, history } from '@bankside/projections/testing';

/** A digest of the documents that a view makes of a fixed history. It changes when the view does. */
export type Definition = Readonly<{ version: number; digest: string }>;

const facts = history(24);

/** The events of the history that a view handles, with positions of their own: others do not touch its digest. */
export const eventsOf = ({ apply }: Projection): readonly EventEnvelope[] =>
  feedOf(facts.filter(({ type }) => Object.hasOwn(apply, type)));

export const definitionOf = (view: Projection): Definition => {
  const documents = [...foldAll(view, eventsOf(view))].sort(([a], [b]) => (a < b ? -1 : 1));
  const digest = createHash('sha256').update(canonicalJson(documents)).digest('hex').slice(0, 16);
  return { version: view.version, digest };
};

export const definitions = (): Readonly<Record<string, Definition>> =>
  Object.fromEntries(views.map((view) => [view.name, definitionOf(view)]));
