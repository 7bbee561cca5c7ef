export { closeCustomerActivities } from './activities';
export { closeCustomer } from './workflow';
