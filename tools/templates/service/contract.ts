import { event, sample, type EventOf } from '../../../packages/contracts/src/contract';
import { customerId } from '../../../packages/contracts/src/fields';
import * as z from 'zod';

const gadgetId = z.string().min(1);

export const gadgetsEvents = {
  'gadgets.gadget-opened.v1': event(
    'A gadget was opened for a customer.',
    { gadgetId, customerId },
    { gadgetId: 'gadget-1', customerId: sample.customerId },
  ),
};
export type GadgetsEvent = EventOf<typeof gadgetsEvents>;

export const openGadgetRequest = z.strictObject({ gadgetId, customerId });
