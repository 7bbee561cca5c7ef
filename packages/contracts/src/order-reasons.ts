// Imports no library: services and the page of the console read these lists.

/** Words of a list and no text of the customer, because Temporal's histories keep them. */
export const cancellationReasons = [
  'no-reason-given',
  'changed-my-mind',
  'ordered-by-mistake',
  'too-slow',
  'decided-by-staff',
] as const;
export const returnReasons = [
  'no-reason-given',
  'changed-my-mind',
  'damaged',
  'wrong-item',
  'not-as-described',
  'decided-by-staff',
] as const;
