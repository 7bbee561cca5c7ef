import { startBank as bankOf } from '@bankside/saga/testing';
import { stepOf } from './steps';

export { fail, hold, loseAnswer, neverAnswer, refuse } from '@bankside/saga/testing';

/** A bank that knows the steps of an order. */
export const startBank = () => bankOf(stepOf);
