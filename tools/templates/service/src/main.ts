import { eventSourcedConfig, runEventSourced } from '@bankside/event-sourced';
import { readConfig } from '@bankside/runtime';
import { routes } from './app';
import { published } from './messaging/published';

runEventSourced({ name: 'gadgets', config: readConfig(process.env, eventSourcedConfig), published, routes });
