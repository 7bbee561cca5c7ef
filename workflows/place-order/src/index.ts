export { placeOrderActivities } from './activities';
export { placeOrder } from './workflow';
