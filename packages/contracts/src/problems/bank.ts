import { NEW_ID, NONE, CHECK_ID, type ProblemKind } from './kind';

/** Rejections of customers and of changes of the mobile number. */
export const customerProblems = {
  'customer-not-found': {
    status: 404,
    title: 'Customer not found',
    when: 'No customer with this id is registered.',
    remedy: CHECK_ID,
  },
  'customer-not-active': {
    status: 409,
    title: 'Customer not active',
    when: 'The customer has been deactivated or forgotten.',
    remedy: NONE,
  },
  'customer-leaving': {
    status: 409,
    title: 'Customer leaving',
    when: 'The holdings of the customer are being closed, so nothing else about the customer changes.',
    remedy: 'Wait until the customer is deactivated, or active again because a service refused.',
  },
  'customer-cannot-leave': {
    status: 409,
    title: 'Customer cannot leave',
    when: 'The customer has money, debt, an open card or an order under way. `reasons` lists all of them as problems.',
    remedy:
      'Resolve the reasons. A teller may force the closure, with a reason: money is then paid out and open cards are blocked; debt, reviews and orders under way are never passed over.',
  },
  'closure-reversed': {
    status: 409,
    title: 'Closure reversed',
    when: 'A step of a closure of the customer arrives after the closure was reversed.',
    remedy: NONE,
  },
  'customer-already-registered': {
    status: 409,
    title: 'Customer already registered',
    when: 'A customer with this id exists with other data.',
    remedy: 'Use a new `Idempotency-Key`, from which the id is derived.',
  },
  'mobile-number-taken': {
    status: 409,
    title: 'Mobile number taken',
    when: 'Another active customer has this mobile number.',
    remedy: 'Use another number, or deactivate its holder first.',
  },
  'mobile-number-change-open': {
    status: 409,
    title: 'Mobile number change open',
    when: 'Another change of this customer’s mobile number is still in progress.',
    remedy: 'Wait until it is settled or rolled back.',
  },
  'mobile-number-change-not-found': {
    status: 404,
    title: 'Mobile number change not found',
    when: 'The customer has no open change with this id.',
    remedy: CHECK_ID,
  },
  'mobile-number-change-id-reused': {
    status: 409,
    title: 'Mobile number change id reused',
    when: 'The id of the change was used for another number.',
    remedy: NEW_ID,
  },
  'mobile-number-change-rolled-back': {
    status: 409,
    title: 'Mobile number change rolled back',
    when: 'The change was rolled back, possibly before the command that makes it arrived.',
    remedy: 'Start a new change.',
  },
  'mobile-number-change-settled': {
    status: 409,
    title: 'Mobile number change settled',
    when: 'A roll-back arrives for a change that is already final.',
    remedy: NONE,
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

/** Rejections of accounts, transfers and cards. */
export const bankProblems = {
  'account-not-found': {
    status: 404,
    title: 'Account not found',
    when: 'No account has this number. When a saga is rejected for this reason, the status is 409.',
    remedy: CHECK_ID,
  },
  'account-number-taken': {
    status: 503,
    title: 'Account number taken',
    when: 'The service found no unused number for the account in several attempts.',
    remedy: 'Send the request again with a new `Idempotency-Key`, which generates other numbers.',
  },
  'savings-account-exists': {
    status: 409,
    title: 'Savings account exists',
    when: 'The customer already has a savings account that is not closed.',
    remedy: 'Use the existing account.',
  },
  'account-not-open': {
    status: 409,
    title: 'Account not open',
    when: 'The account is frozen or closed.',
    remedy: 'Unfreeze the account, or use another one.',
  },
  'balance-not-zero': {
    status: 409,
    title: 'Balance not zero',
    when: 'An account that still holds money cannot be closed.',
    remedy: 'Withdraw the balance first.',
  },
  'insufficient-funds': {
    status: 422,
    title: 'Insufficient funds',
    when: 'The withdrawal exceeds the balance. When a saga is rejected for this reason, the status is 409.',
    remedy: 'Deposit money or withdraw less.',
  },
  'withdrawal-cancelled': {
    status: 409,
    title: 'Withdrawal cancelled',
    when: 'The withdrawal was cancelled, possibly before it arrived.',
    remedy: NEW_ID,
  },
  'withdrawal-id-reused': {
    status: 409,
    title: 'Withdrawal id reused',
    when: 'The id of the withdrawal was used for another amount.',
    remedy: NEW_ID,
  },
  'currency-mismatch': {
    status: 422,
    title: 'Currency mismatch',
    when: 'The currency differs from that of the account, card, loan or products. When a saga is rejected for this reason, the status is 409.',
    remedy: 'Use one currency throughout.',
  },
  'same-account': {
    status: 422,
    title: 'Same account',
    when: 'The account that a transfer pays is the one that pays it.',
    remedy: 'Name another account.',
  },
  'counterparty-not-found': {
    status: 404,
    title: 'Counterparty not found',
    when: 'No account has the number to which the money is transferred. When a saga is rejected for this reason, the status is 409.',
    remedy: CHECK_ID,
  },
  'counterparty-not-open': {
    status: 409,
    title: 'Counterparty not open',
    when: 'The account to which the money is transferred is frozen or closed. The money stays with the sender, or is back.',
    remedy: 'Transfer to another account.',
  },
  'transfer-limit-exceeded': {
    status: 422,
    title: 'Transfer limit exceeded',
    when: 'With this transfer, the transfers of one day (UTC) from the account exceed its limit. When a saga is rejected for this reason, the status is 409.',
    remedy: 'Transfer at most what is left of the limit, or wait for the next day.',
  },
  'transfer-not-found': {
    status: 404,
    title: 'Transfer not found',
    when: 'No transfer has this id.',
    remedy: CHECK_ID,
  },
  'transfer-already-requested': {
    status: 409,
    title: 'Transfer already requested',
    when: 'A transfer with this id exists.',
    remedy: 'Use a new `Idempotency-Key`, from which the id is derived.',
  },
  'transfer-already-completed': {
    status: 409,
    title: 'Transfer already completed',
    when: 'The transfer is completed and cannot be rejected.',
    remedy: NONE,
  },
  'transfer-already-rejected': {
    status: 409,
    title: 'Transfer already rejected',
    when: 'The transfer is rejected and cannot be completed.',
    remedy: NONE,
  },
  'card-not-found': {
    status: 404,
    title: 'Card not found',
    when: 'No card has this number. When a saga is rejected for this reason, the status is 409.',
    remedy: CHECK_ID,
  },
  'card-number-taken': {
    status: 503,
    title: 'Card number taken',
    when: 'The service found no unused number for the card in several attempts.',
    remedy: 'Send the request again with a new `Idempotency-Key`, which generates other numbers.',
  },
  'credit-card-exists': {
    status: 409,
    title: 'Credit card exists',
    when: 'The customer already has a credit card that is not blocked.',
    remedy: 'Use the existing card.',
  },
  'card-blocked': {
    status: 409,
    title: 'Card blocked',
    when: 'A blocked card takes no charges.',
    remedy: 'Use another card.',
  },
  'card-open': {
    status: 409,
    title: 'Card open',
    when: 'The customer cannot leave while a card can be charged.',
    remedy: 'Block the card first.',
  },
  'card-not-settled': {
    status: 409,
    title: 'Card not settled',
    when: 'The customer cannot leave while a card has debt, or the bank owes the customer for a charge that was paid and cancelled.',
    remedy: 'Pay the debt of the card first.',
  },
  'insufficient-credit': {
    status: 422,
    title: 'Insufficient credit',
    when: 'The charge exceeds the available credit.',
    remedy: 'Pay some of the debt or charge less.',
  },
  'charge-cancelled': {
    status: 409,
    title: 'Charge cancelled',
    when: 'The charge was cancelled, possibly before it arrived.',
    remedy: NEW_ID,
  },
  'charge-id-reused': {
    status: 409,
    title: 'Charge id reused',
    when: 'The id of the charge was used for another amount.',
    remedy: NEW_ID,
  },
  'payment-id-reused': {
    status: 409,
    title: 'Payment id reused',
    when: 'The id of the card payment was used for another amount.',
    remedy: NEW_ID,
  },
  'payment-exceeds-debt': {
    status: 422,
    title: 'Payment exceeds debt',
    when: 'The payment is more than the card owes. When a saga is rejected for this reason, the status is 409.',
    remedy: 'Pay at most the used credit.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;
