export { readOptions } from './options';
export { holds, readPurchases, runDemo } from './run';
