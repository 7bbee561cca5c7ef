import { openGadgetRequest } from '../../contract';

export const gadget = openGadgetRequest;
export const gadgetPath = openGadgetRequest.pick({ gadgetId: true });
