import { publicationContract } from '@bankside/kernel/testing';
import { gadgetsEvents } from '../../contract';
import type { GadgetEvent } from '../domain/gadget';
import { published } from './published';

publicationContract<GadgetEvent>(
  published,
  gadgetsEvents,
  { GadgetOpened: { gadgetId: 'g1', customerId: 'ada' } },
  [],
);
