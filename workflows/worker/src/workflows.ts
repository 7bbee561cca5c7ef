// The list of all sagas, from which worker, tests and lint rules derive theirs. Temporal finds a workflow by its exported
// name; the other export holds the requests of its activities.
export { changeMobileNumber, changeMobileNumberActivities } from '@bankside/change-mobile-number';
export { closeCustomer, closeCustomerActivities } from '@bankside/close-customer';
export { payCard, payCardActivities } from '@bankside/pay-card';
export { placeOrder, placeOrderActivities } from '@bankside/place-order';
export { returnOrder, returnOrderActivities } from '@bankside/return-order';
