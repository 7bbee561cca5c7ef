import { circuitBreakers, sectionCache, systemClock } from '@bankside/composition';
import {
  readConfig,
  serviceConfig,
  serviceRuntime,
  watchedBreakers,
  watchedSections,
} from '@bankside/runtime';
import { createApp } from './app';

/** Sections kept for when their owner does not respond, and for how long. */
const CACHED_SECTIONS = 20_000;
const CACHED_MS = 300_000;

const runtime = serviceRuntime({
  name: 'composer',
  config: readConfig(process.env, serviceConfig),
  faults: 'requests',
});
const app = createApp({
  ...runtime.shell,
  invoke: runtime.invoke,
  clock: systemClock,
  sectionCache: watchedSections(runtime.metrics, sectionCache(CACHED_SECTIONS, CACHED_MS)),
  breakers: watchedBreakers(runtime.metrics, circuitBreakers(), systemClock),
  ready: runtime.requireSidecar,
});
runtime.listen(app);
