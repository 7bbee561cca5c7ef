import { commandHandler } from '@bankside/kernel';
import { streamRoutes, streamsOf, type ServiceDeps } from '@bankside/event-sourced';
import { paymentRoutes } from './api/routes';
import { brokenRule, payment } from './domain/payment';

/** The routes of the service. */
export const routes = ({ store, now, pool }: Pick<ServiceDeps, 'store' | 'now' | 'pool'>) => {
  const payments = commandHandler(payment, store);
  return {
    '/payments': paymentRoutes({ payments, now }),
    ...streamRoutes(pool, { payment: streamsOf(payments, brokenRule) }),
  };
};
