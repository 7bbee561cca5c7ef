import { text } from '../fields';

/** Id of a saga of any kind. */
export const sagaId = text(1, 200).meta({ description: 'Workflow id: for place-order, the order id' });
