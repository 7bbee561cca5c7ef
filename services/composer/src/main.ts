import { circuitBreakers, sectionCache, systemClock } from '@bankside/composition';
import { readConfig, serviceConfig, serviceRuntime } from '@bankside/runtime';
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
  sectionCache: sectionCache(CACHED_SECTIONS, CACHED_MS),
  breakers: circuitBreakers(),
  ready: runtime.requireSidecar,
});
runtime.listen(app);
