export { breakers, type Breakers } from './breaker';
export { composer, type Compose, type ComposerOptions } from './compose';
export { lastKnown, type LastKnown } from './last-known';
export { systemClock } from './system-clock';
export { type Clock, type Section } from './section';
export {
  NoSuchCustomer,
  NotTheirs,
  publicSources,
  serviceSources,
  type Ask,
  type Data,
  type Holder,
  type Source,
  type Sources,
} from './sources';
