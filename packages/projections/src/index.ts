export {
  defineProjection,
  type Apply,
  type EventType,
  type ListDefinition,
  type Projection,
  type ProjectionEvent,
  type ProjectionVersion,
  type StoreKind,
} from './projection';
export { projectionHost, type ProjectionHost, type ProjectionHostOptions } from './host';
export { registerProjectionMetrics } from './metrics';
export { nameTerms, termOf } from './name-terms';
export { projectionRoutes } from './routes/projections';
export { decodeCursor, encodeCursor, queryRoutes, waitForWrites } from './routes/queries';
export type { ProjectionQueries } from './queries';
export { parseCursor, serializeCursor } from './stores/store';
export { sortedField, tableOf } from './stores/postgres-tables';
export type { ProjectionStore } from './stores/store';
