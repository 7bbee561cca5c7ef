export * from './change-mobile-number';
export * from './close-customer';
export * from './pay-card';
export * from './place-order';
export * from './saga-contract';
export * from './return-order';
