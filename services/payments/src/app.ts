import { commandHandler } from '@bankside/kernel';
import { streamRoutes, type ServiceDeps } from '@bankside/service';
import { paymentRoutes } from './api/routes';
import { payment } from './domain/payment';

/** The routes of the service. No listen, no environment. */
export const routes = ({ store, now }: Pick<ServiceDeps, 'store' | 'now'>) => {
  const payments = commandHandler(payment, store);
  return { '/payments': paymentRoutes({ payments, now }), '/streams': streamRoutes({ payment: payments }) };
};
