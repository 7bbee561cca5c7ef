import type { Opened, TransferLimit, Withdrawn } from './account-types';

/** What is left of the limit of a day. */
export const leftToSend = ({ sent }: Opened, { day, perDayCents }: TransferLimit): number =>
  Math.max(0, perDayCents - (sent?.day === day ? sent.cents : 0));

/** A transfer that is returned counts no longer, unless its day has passed. */
export const afterSending = (
  { sent }: Opened,
  { sentOn, amountCents }: Withdrawn,
  sign: 1 | -1,
): Pick<Opened, 'sent'> => {
  if (sentOn === undefined) return {};
  const before = sent?.day === sentOn ? sent.cents : 0;
  if (sign === -1 && sent?.day !== sentOn) return {};
  return { sent: { day: sentOn, cents: before + sign * amountCents } };
};
