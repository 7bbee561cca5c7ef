import type { Projection } from '@bankside/projections';
import { bankTotals } from './bank-totals';
import { customerProfile } from './customer-profile';
import { journalHours } from './journal-hours';
import { journal } from './journal';
import { monthlyTotals } from './monthly-totals';
import { orderStatus } from './order-status';
import { statement } from './statement';
import { transfers } from './transfers';

/** Every view in this folder. Written by `npm run views`. */
export const views: readonly Projection[] = [
  bankTotals,
  customerProfile,
  journalHours,
  journal,
  monthlyTotals,
  orderStatus,
  statement,
  transfers,
];
