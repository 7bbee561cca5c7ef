export { changeMobileNumber } from '@bankside/change-mobile-number/workflow';
export { payCard } from '@bankside/pay-card/workflow';
export { placeOrder } from '@bankside/place-order/workflow';
