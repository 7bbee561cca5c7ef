// Without any import, as pages of a browser read it as well.

/** The services that keep events and publish them. */
export const owners = ['customers', 'accounts', 'cards', 'loans', 'orders', 'payments', 'inventory'] as const;
export type Owner = (typeof owners)[number];

/** The services that can be made to go wrong on purpose. */
export const faulty = [...owners, 'projection', 'composer'] as const;
