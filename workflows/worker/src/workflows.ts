export { placeOrder } from '@bankside/place-order/workflow';
