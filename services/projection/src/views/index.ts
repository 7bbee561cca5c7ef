import type { View } from '../view';
import { bankTotals } from './bank-totals';
import { customerProfile } from './customer-profile';
import { monthlyTotals } from './monthly-totals';
import { orderStatus } from './order-status';
import { statement } from './statement';

/** Every view. A new one is a file beside this one, a line here and a test. */
export const views: readonly View[] = [customerProfile, orderStatus, statement, monthlyTotals, bankTotals];
