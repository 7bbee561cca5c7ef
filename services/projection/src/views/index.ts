import type { View } from '../view';
import { orderStatus } from './order-status';

/** Every view. A new one is a file beside this one, a line here and a test. */
export const views: readonly View[] = [orderStatus];
