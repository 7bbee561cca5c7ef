import { notFound } from '@bankside/http';
import type { Pool } from 'pg';
import type { Keeper } from '../control/keeper';
import type { LetterBox } from '../control/letters';
import type { Registry } from '../control/registry';
import type { OperatorRequests } from '../control/requests';
import type { Directory } from '../runner/directory';
import type { Feeds } from '../runner/feeds';
import type { LagOf } from '../runner/lag';
import type { ViewStore } from '../store/port';
import type { View } from '../view';

/** What the routes for operators work with. */
export type OperationDeps = Readonly<{
  views: readonly View[];
  directory: Directory;
  registry: Registry;
  keeper: Keeper;
  lag: LagOf;
  letters: LetterBox;
  requests: OperatorRequests;
  feeds: Feeds;
  storeOf: (view: View) => ViewStore;
  pool: Pool;
}>;

/** @throws Problem 404 */
export const viewNamed = (views: readonly View[], name: string): View => {
  const view = views.find((one) => one.name === name);
  if (view === undefined) throw notFound(`projection ${name}`);
  return view;
};
