import { openGadget } from '../../contract';

export const gadget = openGadget;
export const gadgetPath = openGadget.pick({ gadgetId: true });
