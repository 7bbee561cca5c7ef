import { commandHandler } from '@bankside/kernel';
import { streamRoutes, streamsOf, type ServiceDeps } from '@bankside/event-sourced';
import { productRoutes } from './api/routes';
import { brokenRule, product } from './domain/product';
import { productList } from './messaging/product-list';

/** The routes of the service. */
export const routes = ({ store, now, pool, catchUp }: ServiceDeps) => {
  const products = commandHandler(product, store);
  return {
    '/products': productRoutes({ products, list: productList(pool), catchUp, now }),
    ...streamRoutes(pool, { product: streamsOf(products, brokenRule) }),
  };
};
