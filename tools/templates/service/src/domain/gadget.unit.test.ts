import { specFor } from '@bankside/kernel/testing';
import { gadget, type GadgetCommand, type GadgetEvent } from './gadget';

const given = specFor(gadget);
const data = { gadgetId: 'g1', customerId: 'ada' };
const open: GadgetCommand = { type: 'OpenGadget', data };
const opened: GadgetEvent = { type: 'GadgetOpened', data };

describe('opening a gadget', () => {
  it('records that it is open', () => given().when(open).then(opened));
  it('adds nothing when it is open already', () => given(opened).when(open).thenNothing());
});

describe('a gadget', () => {
  it('is open once it was opened', () => given(opened).thenState({ ...data, status: 'open' }));
});
