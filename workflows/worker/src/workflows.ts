// The list of all sagas, from which worker, tests and lint rules derive theirs. Temporal finds a workflow by its exported
// name; the other export holds the requests of its activities.
export { changeMobileNumber, changeMobileNumberActivities } from '@bankside/change-mobile-number';
export { closeCustomer, closeCustomerActivities } from '@bankside/close-customer';
export { payCard, payCardActivities } from '@bankside/pay-card';
export { payOutLoan, payOutLoanActivities } from '@bankside/pay-out-loan';
export { placeOrder, placeOrderActivities } from '@bankside/place-order';
export { repayLoan, repayLoanActivities } from '@bankside/repay-loan';
export { returnOrder, returnOrderActivities } from '@bankside/return-order';
export { transferMoney, transferMoneyActivities } from '@bankside/transfer-money';
/** No saga: stores the record of one that could not. */
export { recordSagaLater } from '@bankside/saga';
