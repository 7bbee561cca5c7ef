import { numbersOf } from '@bankside/copies';

export const cardList = numbersOf({ source: 'cards', created: 'cards.card-issued.v1', field: 'cardNumber' });
