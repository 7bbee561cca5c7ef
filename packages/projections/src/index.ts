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
export { queryRoutes } from './routes/queries';
export type { ProjectionStore } from './stores/store';
