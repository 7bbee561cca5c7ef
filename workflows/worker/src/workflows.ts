export { payCard } from '@bankside/pay-card/workflow';
export { placeOrder } from '@bankside/place-order/workflow';
