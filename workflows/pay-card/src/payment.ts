export const FIRST_STEP = 'withdraw';

/** What the saga starts from. Histories keep it, so its older forms must go on being understood. */
export type CardPayment = Readonly<{
  /** Also the id of the withdrawal and of the workflow. */
  paymentId: string;
  fromAccount: string;
  cardNumber: string;
  amountCents: number;
  currency: string;
  /** Whose account and card they must be: the customer's who asks; nobody's in particular when a teller does. */
  customerId?: string;
}>;
