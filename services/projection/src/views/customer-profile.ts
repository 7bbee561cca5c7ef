import { defineProjection, nameTerms, termOf } from '@bankside/projections';
import { orderStates } from '@bankside/contracts/states';
import type { Account, Card, Loan, Order, Person } from './profile-types';
import { compare, withElement } from './sorted';

/** Everything that a summary of a customer shows. Queries find it by the first three fields. */
export type CustomerProfile = Readonly<{
  customerId: string;
  /** Only while the number is this customer's. */
  mobileNumber?: string;
  nameTerms: readonly string[];
  sortName: string;
  person?: Person;
  accounts: readonly Account[];
  cards: readonly Card[];
  loans: readonly Loan[];
  /** Those under way, and the newest of the others; newest first. */
  orders: readonly Order[];
}>;

/** Orders that are kept although they are over: what one page of a summary shows. */
const ENDED_ORDERS = 10;

/** The term of every customer, and a name that is sorted behind all others. */
const ANY = '';
const NAMELESS = '\uffff';

const named = (name: string) => ({ nameTerms: [ANY, ...nameTerms(name)], sortName: termOf(name) });

const withPerson = (profile: CustomerProfile, change: Partial<Person>): CustomerProfile => ({
  ...profile,
  person: { customerId: profile.customerId, status: 'active', ...profile.person, ...change },
});

const withNumber = (profile: CustomerProfile, { mobileNumber }: Readonly<{ mobileNumber: string }>) =>
  withPerson({ ...profile, mobileNumber }, { mobileNumber });

const unfound = (profile: CustomerProfile): CustomerProfile => {
  const { mobileNumber: _free, ...rest } = profile;
  return rest;
};

type Change<T> = (element: T) => T;
const changed = <T extends object>(
  list: readonly T[],
  isIt: (element: T) => boolean,
  change: Change<T>,
): readonly T[] => list.map((element) => (isIt(element) ? change(element) : element));

const withAccount = (
  profile: CustomerProfile,
  number: string,
  change: Partial<Account>,
): CustomerProfile => ({
  ...profile,
  accounts: changed(profile.accounts, ({ accountNumber }) => accountNumber === number, (account) => ({ ...account, ...change })), // prettier-ignore
});
const withBalance = (
  profile: CustomerProfile,
  { data }: Readonly<{ data: Readonly<{ accountNumber: string; balanceCents: number }> }>,
) => withAccount(profile, data.accountNumber, { balanceCents: data.balanceCents });

// prettier-ignore
const withAccountStatus = (status: Account['status']) => (profile: CustomerProfile, { data }: Readonly<{ data: Readonly<{ accountNumber: string }> }>) => withAccount(profile, data.accountNumber, { status });
const withCard = (profile: CustomerProfile, number: string, change: Partial<Card>): CustomerProfile => ({
  ...profile,
  cards: changed(profile.cards, ({ cardNumber }) => cardNumber === number, (card) => ({ ...card, ...change })), // prettier-ignore
});
type Credit = Pick<Card, 'cardNumber' | 'limitCents' | 'usedCents' | 'availableCents'>;
const withCredit = (profile: CustomerProfile, { data }: Readonly<{ data: Credit }>) => {
  const { cardNumber, limitCents, usedCents, availableCents } = data;
  return withCard(profile, cardNumber, { limitCents, usedCents, availableCents });
};

const withLoan = (profile: CustomerProfile, number: string, change: Partial<Loan>): CustomerProfile => ({
  ...profile,
  loans: changed(profile.loans, ({ loanNumber }) => loanNumber === number, (loan) => ({ ...loan, ...change })), // prettier-ignore
});

const newestFirst = (a: Order, b: Order): number =>
  compare(b.placedAt, a.placedAt) || compare(b.orderId, a.orderId);

const withOrders = (profile: CustomerProfile, orders: readonly Order[]): CustomerProfile => {
  const sorted = [...orders].sort(newestFirst);
  const isUnderWay = ({ state }: Order) => state === 'placed' || state === 'held';
  const kept = sorted.filter((order) => !isUnderWay(order)).slice(0, ENDED_ORDERS);
  return { ...profile, orders: sorted.filter((order) => isUnderWay(order) || kept.includes(order)) };
};
const withState =
  (state: Order['state']) =>
  (profile: CustomerProfile, { data }: Readonly<{ data: Readonly<{ orderId: string }> }>) =>
    withOrders(
      profile,
      changed(profile.orders, ({ orderId }) => orderId === data.orderId, (order) => ({ ...order, state })), // prettier-ignore
    );

export const customerProfile = defineProjection<CustomerProfile>({
  name: 'customer-profile',
  collectionName: 'profiles',
  version: 6,
  store: 'mongodb',
  schema: {
    customerId: String,
    mobileNumber: String,
    nameTerms: [String],
    sortName: String,
    person: {
      customerId: String,
      status: { type: String, enum: ['active', 'deactivated', 'forgotten'] },
      name: String,
      email: String,
      mobileNumber: String,
    },
    accounts: [
      {
        _id: false,
        accountNumber: String,
        currency: String,
        status: { type: String, enum: ['open', 'frozen', 'closed'] },
        balanceCents: Number,
      },
    ],
    cards: [
      {
        _id: false,
        cardNumber: String,
        currency: String,
        status: { type: String, enum: ['active', 'blocked'] },
        limitCents: Number,
        usedCents: Number,
        availableCents: Number,
      },
    ],
    loans: [
      {
        _id: false,
        loanNumber: String,
        currency: String,
        status: { type: String, enum: ['granted', 'open', 'locked', 'closed', 'cancelled'] },
        totalCents: Number,
        paidCents: Number,
        outstandingCents: Number,
      },
    ],
    orders: [
      {
        _id: false,
        orderId: String,
        state: { type: String, enum: [...orderStates] },
        totalCents: Number,
        currency: String,
        placedAt: String,
      },
    ],
  },
  sources: ['customers', 'accounts', 'cards', 'loans', 'orders'],
  keyOf: ({ data }) => data.customerId,
  initial: (customerId) => ({
    customerId,
    nameTerms: [],
    sortName: '',
    accounts: [],
    cards: [],
    loans: [],
    orders: [],
  }),
  apply: {
    'customers.customer-registered.v1': (profile, { data: { name, email, mobileNumber } }) =>
      withPerson({ ...profile, mobileNumber, ...named(name) }, { name, email, mobileNumber }),
    'customers.customer-renamed.v1': (profile, { data: { name } }) =>
      withPerson({ ...profile, ...named(name) }, { name }),
    'customers.email-changed.v1': (profile, { data: { email } }) => withPerson(profile, { email }),
    'customers.mobile-number-changed.v1': (profile, { data }) => withNumber(profile, data),
    'customers.mobile-number-rolled-back.v1': (profile, { data }) => withNumber(profile, data),
    'customers.customer-deactivated.v1': (profile) => withPerson(unfound(profile), { status: 'deactivated' }),
    'customers.customer-forgotten.v1': (profile) => ({
      ...unfound(profile),
      nameTerms: [ANY],
      sortName: NAMELESS,
      person: { customerId: profile.customerId, status: 'forgotten' },
    }),
    'accounts.account-opened.v1': (profile, { data: { accountNumber, currency, balanceCents } }) => {
      const account = { accountNumber, currency, status: 'open', balanceCents } as const;
      return { ...profile, accounts: withElement(profile.accounts, 'accountNumber', account) };
    },
    'accounts.money-deposited.v1': withBalance,
    'accounts.money-withdrawn.v1': withBalance,
    'accounts.withdrawal-cancelled.v1': withBalance,
    'accounts.refund-credited.v1': withBalance,
    'accounts.account-frozen.v1': withAccountStatus('frozen'),
    'accounts.account-unfrozen.v1': withAccountStatus('open'),
    'accounts.account-closed.v1': withAccountStatus('closed'),
    'accounts.account-reopened.v1': withAccountStatus('open'),
    'cards.card-issued.v1': (profile, { data }) => {
      const { cardNumber, currency, limitCents, usedCents, availableCents } = data;
      const card = { cardNumber, currency, status: 'active', limitCents, usedCents, availableCents } as const;
      return { ...profile, cards: withElement(profile.cards, 'cardNumber', card) };
    },
    'cards.card-charged.v1': withCredit,
    'cards.charge-cancelled.v1': withCredit,
    'cards.card-paid.v1': withCredit,
    'cards.refund-credited.v1': withCredit,
    'cards.card-blocked.v1': (profile, { data }) => withCard(profile, data.cardNumber, { status: 'blocked' }),
    'cards.card-unblocked.v1': (old, { data }) => withCard(old, data.cardNumber, { status: 'active' }),
    'loans.loan-granted.v1': (
      profile,
      { data: { payOutTo, customerId: _held, cashDesk: _desk, ...loan } },
    ) => {
      const status = payOutTo === undefined ? 'open' : 'granted';
      return { ...profile, loans: withElement(profile.loans, 'loanNumber', { ...loan, status }) };
    },
    'loans.loan-paid-out.v1': (profile, { data }) => withLoan(profile, data.loanNumber, { status: 'open' }),
    'loans.loan-cancelled.v1': (profile, { data }) => withLoan(profile, data.loanNumber, { status: 'cancelled', totalCents: 0, outstandingCents: 0 }), // prettier-ignore
    'loans.loan-repaid.v1': (profile, { data: { loanNumber, totalCents, paidCents, outstandingCents } }) =>
      withLoan(profile, loanNumber, { totalCents, paidCents, outstandingCents }),
    'loans.loan-locked.v1': (profile, { data }) => withLoan(profile, data.loanNumber, { status: 'locked' }),
    'loans.loan-unlocked.v1': (profile, { data }) => withLoan(profile, data.loanNumber, { status: 'open' }),
    'loans.loan-closed.v1': (profile, { data }) => withLoan(profile, data.loanNumber, { status: 'closed' }),
    'loans.loan-reopened.v1': (profile, { data }) => withLoan(profile, data.loanNumber, { status: 'open' }),
    'orders.order-placed.v1': (profile, { data: { orderId, totalCents, currency }, time }) =>
      withOrders(profile, [
        ...profile.orders,
        { orderId, state: 'placed', totalCents, currency, placedAt: time },
      ]),
    'orders.order-held.v1': withState('held'),
    'orders.order-confirmed.v1': withState('confirmed'),
    'orders.order-rejected.v1': withState('rejected'),
    'orders.order-cancelled.v1': withState('cancelled'),
    'orders.return-completed.v1': (profile, event) => withState(event.data.status)(profile, event),
  },
  toResponse: ({ customerId, person, accounts, cards, loans, orders }) =>
    person && { customerId, person, accounts, cards, loans, orders },
  lists: [
    { by: 'mobileNumber', sort: 'customerId' },
    // prettier-ignore
    { by: 'nameTerms', multiValued: true, queryParam: 'name', normalize: termOf, valueOfAll: ANY, sort: 'sortName' },
  ],
});
