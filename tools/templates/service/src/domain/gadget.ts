import { assertNever, type Aggregate } from '@bankside/kernel';

type Details = Readonly<{ gadgetId: string; customerId: string }>;

// Stored permanently under these names: add fields, never rename or reuse one.
export type GadgetEvent = Readonly<{ type: 'GadgetOpened'; data: Details }>;

export type GadgetCommand = Readonly<{ type: 'OpenGadget'; data: Details }>;

/** The reasons for which a command is rejected. Each has a row in the table of problems, `packages/contracts/src/problems`. */
export type GadgetRejection = never;

export type Gadget = Readonly<{ status: 'new' }> | (Details & Readonly<{ status: 'open' }>);

export type GadgetTypes = Readonly<{
  state: Gadget;
  command: GadgetCommand;
  event: GadgetEvent;
  rejection: GadgetRejection;
}>;

/** A repeated command adds nothing. */
const open = (data: Details, gadget: Gadget): readonly GadgetEvent[] =>
  gadget.status === 'new' ? [{ type: 'GadgetOpened', data }] : [];

const decide = (command: GadgetCommand, gadget: Gadget) => {
  switch (command.type) {
    case 'OpenGadget':
      return open(command.data, gadget);
    default:
      return assertNever(command.type);
  }
};

const evolve = (_gadget: Gadget, event: GadgetEvent): Gadget => {
  switch (event.type) {
    case 'GadgetOpened':
      return { ...event.data, status: 'open' };
    default:
      return assertNever(event.type);
  }
};

export const gadget: Aggregate<GadgetTypes> = {
  version: 1,
  initialState: { status: 'new' },
  decide,
  evolve,
  streamOf: (gadgetId) => `gadget-${gadgetId}`,
};
