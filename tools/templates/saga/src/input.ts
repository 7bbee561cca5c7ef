/** What the saga is started with. Histories keep it, so later versions of the workflow must accept it, too. */
export type GadgetInput = Readonly<{
  /** Also the id of the workflow and of the withdrawal. */
  gadgetId: string;
  account: string;
  amountCents: number;
  currency: string;
}>;
