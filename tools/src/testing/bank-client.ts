import { randomUUID } from 'node:crypto';
import { outcomeOf, type ApiResponse, type TestServices } from './services';

/** A customer as registered by a test. `path` is that of the customer in the customers service. */
export type TestCustomer = Readonly<{
  customerId: string;
  name: string;
  email: string;
  mobileNumber: string;
  path: string;
}>;

export type BankClient = ReturnType<typeof bankClient>;

/**
 * Creates what integration tests presuppose: customers, accounts, cards, loans and products with stock. Every call
 * throws unless it succeeds.
 */
export const bankClient = (services: Pick<TestServices, 'api'>) => {
  let lastNumber = 700_000_000;
  const newMobileNumber = (): string => `+40${(lastNumber += 1)}`;

  const call = async (service: string, path: string, body: object = {}): Promise<ApiResponse['body']> => {
    const response = await services.api(service).post(path, body);
    if (response.status >= 300) throw new Error(`POST ${service}${path}: ${outcomeOf(response)}`);
    return response.body;
  };

  /** A person who is not registered yet, with an unused mobile number. */
  const newPerson = () => ({
    customerId: randomUUID(),
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    mobileNumber: newMobileNumber(),
  });

  const register = async (): Promise<TestCustomer> => {
    const person = newPerson();
    await call('customers', '/customers', person);
    return { ...person, path: `/customers/${person.customerId}` };
  };

  const customerIdOr = async (customerId?: string): Promise<string> =>
    customerId ?? (await register()).customerId;

  return {
    newMobileNumber,
    newPerson,
    register,

    /** Does in `customers` what the saga `close-customer` does there. Returns the outcome of the last call. */
    deactivate: async (customerId: string): Promise<string> => {
      const closures = `/customers/${customerId}/closures`;
      const closure = { closureId: randomUUID() };
      const started = outcomeOf(await services.api('customers').post(`${closures}/start`, closure));
      if (started !== '200') return started;
      return outcomeOf(await services.api('customers').post(`${closures}/deactivation`, closure));
    },

    /** Opens an account with `amountCents` on it, of a new customer by default. */
    openAccount: async (amountCents = 0, owner?: string) => {
      const customerId = await customerIdOr(owner);
      const accountNumber = String((await call('accounts', '/accounts', { customerId }))['accountNumber']);
      const path = `/accounts/${accountNumber}`;
      if (amountCents > 0) await call('accounts', `${path}/deposits`, { amountCents });
      return { customerId, accountNumber, path };
    },

    /** Issues a card to a new customer. */
    issueCard: async (limitCents = 1_000) => {
      const customer = await register();
      const issued = await call('cards', '/cards', { customerId: customer.customerId, limitCents });
      const cardNumber = String(issued['cardNumber']);
      return { ...customer, cardNumber, path: `/cards/${cardNumber}` };
    },

    /** Grants a loan, to a new customer by default. */
    grantLoan: async (totalCents = 1_000, owner?: string) => {
      const customerId = await customerIdOr(owner);
      const loanNumber = String((await call('loans', '/loans', { customerId, totalCents }))['loanNumber']);
      return { customerId, loanNumber, path: `/loans/${loanNumber}` };
    },

    /** Adds a product with `quantity` pieces on hand. */
    addProduct: async ({ quantity = 0, unitPriceCents = 1_499, currency = 'EUR' } = {}) => {
      const product = { sku: `sku-${randomUUID()}`, title: 'Kind of Blue', unitPriceCents, currency };
      await call('inventory', '/products', product);
      const path = `/products/${product.sku}`;
      if (quantity > 0) await call('inventory', `${path}/stock`, { quantity });
      return { ...product, path };
    },
  };
};
