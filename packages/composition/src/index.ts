export { circuitBreakers, type CircuitBreakers } from './circuit-breaker';
export { composer, type ComposerOptions } from './compose';
export { sectionCache, type SectionCache } from './section-cache';
export { systemClock } from './system-clock';
export { type Clock, type Section } from './section';
export {
  CustomerNotFound,
  NotTheOwner,
  publicSources,
  SECTION_SERVICES,
  serviceSources,
  type FetchFromService,
  type SectionData,
  type CustomerRef,
  type SectionSource,
  type SectionSources,
} from './sources';
