export {
  defineProjection,
  type Apply,
  type EventType,
  type ListDefinition,
  type Projection,
  type ProjectionEvent,
  type StoreKind,
} from './projection';
export { projectionHost, type ProjectionHost, type ProjectionHostOptions } from './host';
export { registerProjectionMetrics } from './metrics';
export { deadLetterRoutes } from './routes/dead-letters';
export { projectionRoutes } from './routes/projections';
export { queryRoutes } from './routes/queries';
export { readYourWrites } from './routes/read-your-writes';
export { versionName, type ProjectionStore, type ProjectionVersion } from './stores/store';
