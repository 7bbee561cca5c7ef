import { publicationMap } from '@bankside/kernel';
import type { GadgetsEvent } from '../../contract';
import { gadget, type GadgetEvent } from '../domain/gadget';

/** The contract event that is published for each stored event, or `'private'`. */
export const published = publicationMap<GadgetEvent, GadgetsEvent>(
  { GadgetOpened: (data) => ({ type: 'gadgets.gadget-opened.v1', data }) },
  gadget.upcasters,
);
