import { circuitBreakers, sectionCache, systemClock } from '@bankside/composition';
import { invoker, sidecar } from '@bankside/dapr';
import { actorVerifier, callersOf } from '@bankside/auth';
import {
  createLogger,
  createMetrics,
  faultInjectionIfEnabled,
  sidecarConfig,
  readConfig,
  serviceConfig,
} from '@bankside/runtime';
import { listen } from '@bankside/http';
import { createApp } from './app';

/** Sections that are remembered for when their owner does not answer, and for how long. */
const REMEMBERED_SECTIONS = 20_000;
const REMEMBERED_MS = 300_000;

const config = readConfig(process.env, serviceConfig);
const logger = createLogger('composer', config.LOG_LEVEL);
const own = sidecarConfig(config);
const side = sidecar(own);
const services = invoker(own);

const app = createApp({
  logger,
  metrics: createMetrics('composer'),
  invoke: services.invoke,
  ...(config.ACTOR_PUBLIC_KEYS !== undefined && { actors: actorVerifier(config.ACTOR_PUBLIC_KEYS) }),
  sidecarToken: config.APP_API_TOKEN,
  callers: callersOf(config),
  faults: faultInjectionIfEnabled(config, false),
  clock: systemClock,
  sectionCache: sectionCache(REMEMBERED_SECTIONS, REMEMBERED_MS),
  breakers: circuitBreakers(),
  ready: async () => {
    if (!(await side.ready())) throw new Error('the sidecar does not answer yet');
  },
});

listen(app, {
  host: config.HOST,
  port: config.PORT,
  logger,
  onClosed: async () => {
    await Promise.all([services.close(), side.close()]);
  },
});
