import type { OrderState } from '@bankside/contracts/states';

// What the document of a customer's profile consists of.
export type Person = Readonly<{
  customerId: string;
  status: 'active' | 'deactivated' | 'forgotten';
  name?: string;
  email?: string;
  mobileNumber?: string;
}>;
export type Account = Readonly<{
  accountNumber: string;
  currency: string;
  status: 'open' | 'frozen' | 'closed';
  balanceCents: number;
}>;
export type Card = Readonly<{
  cardNumber: string;
  currency: string;
  status: 'active' | 'blocked';
  limitCents: number;
  usedCents: number;
  availableCents: number;
}>;
export type Loan = Readonly<{
  loanNumber: string;
  currency: string;
  status: 'granted' | 'open' | 'locked' | 'closed' | 'cancelled';
  totalCents: number;
  paidCents: number;
  outstandingCents: number;
}>;
export type Order = Readonly<{
  orderId: string;
  state: OrderState;
  totalCents: number;
  currency: string;
  placedAt: string;
}>;
