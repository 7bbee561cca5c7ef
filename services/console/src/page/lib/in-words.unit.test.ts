import { reasonInWords } from './in-words';

describe('a reason in words', () => {
  it.each([
    ['insufficient-funds', 'Insufficient funds'],
    ['decided-by-staff', 'Decided by staff'],
    ['POST /payments/55d14cc8-cbb9/void responded 503', 'POST /payments/55d14cc8-cbb9/void responded 503'],
  ])('of %s is %s', (reason, words) => expect(reasonInWords(reason)).toBe(words));
});
