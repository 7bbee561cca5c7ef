import { requireOwner } from '@bankside/auth';
import { customerId, mobileNumber, type Owner } from '@bankside/contracts';
import { pageBy } from '@bankside/contracts/http/paging';
import { notFound, parseQuery, readYourWrites } from '@bankside/http';
import type { RequestHandler } from 'express';
import * as z from 'zod';
import type { ServiceDeps } from './event-sourced';

const page = pageBy(z.string().regex(/^\d{1,20}$/));
const query = z.union([z.strictObject({ customerId, ...page }), z.strictObject({ mobileNumber, ...page })]);

type ListOfCustomerOptions = Readonly<{
  /** The service, which is also the name of the list. */
  service: Owner;
  /** The id given, or that of the active customer with the mobile number. */
  idOf: (query: Readonly<{ customerId: string } | { mobileNumber: string }>) => Promise<string | undefined>;
  /** In ascending order. */
  numbersOf: (customerId: string) => Promise<readonly string[]>;
  read: (number: string) => Promise<object>;
  catchUp: ServiceDeps['catchUp'];
}>;

/** `GET /?customerId=…` or `?mobileNumber=…`: a page of what a customer has at this service, of any status, by number. */
export const listOfCustomer =
  ({ service, idOf, numbersOf, read, catchUp }: ListOfCustomerOptions): RequestHandler =>
  async (req, res) => {
    const { limit, cursor = '', ...customer } = parseQuery(query, req.query);
    if ('customerId' in customer) requireOwner(req, customer.customerId);
    await readYourWrites(req, {
      name: service,
      sources: 'customerId' in customer ? [service] : [service, 'customers'],
      catchUp: (sources) => Promise.all(sources.map(catchUp)),
    });
    const id = await idOf(customer);
    if (id === undefined) throw notFound('active customer with this mobile number');
    requireOwner(req, id);
    const numbers = (await numbersOf(id)).filter((number) => number > cursor);
    const items = await Promise.all(numbers.slice(0, limit).map(read));
    res.json({ [service]: items, ...(numbers.length > limit && { next: numbers[limit - 1] }) });
  };
