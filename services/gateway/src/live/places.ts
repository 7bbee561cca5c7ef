import { Problem } from '@bankside/http';

export type PlacesOptions = Readonly<{
  /** Streams of one process. */
  total: number;
  /** Those of them that only staff may take. */
  reserve: number;
  /** Streams of one caller: several tabs and devices. */
  each: Readonly<{ customer: number; staff: number }>;
}>;

const RETRY_AFTER_S = 10;

/** The places of live streams: a share per caller, and a reserve for staff, so that no caller keeps the others out. */
export const livePlaces = ({ total, reserve, each }: PlacesOptions) => {
  const taken = new Map<string, number>();
  let all = 0;
  let customers = 0;
  /**
   * Takes a place. The returned function gives it back.
   * @throws Problem 429 when the caller has all of its places, 503 when no place is left
   */
  return (subject: string, isStaff: boolean): (() => void) => {
    const own = taken.get(subject) ?? 0;
    const share = isStaff ? each.staff : each.customer;
    if (own >= share)
      throw new Problem({
        name: 'too-many-streams',
        detail: `You already read ${share} live streams. Close one of them first.`,
        retryAfter: RETRY_AFTER_S,
      });
    if (all >= total || (!isStaff && customers >= total - reserve))
      throw new Problem({
        name: 'too-many-readers',
        detail: 'Too many readers of live events. Try again later.',
        retryAfter: RETRY_AFTER_S,
      });
    taken.set(subject, own + 1);
    all += 1;
    if (!isStaff) customers += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      all -= 1;
      if (!isStaff) customers -= 1;
      const rest = taken.get(subject)! - 1;
      if (rest === 0) taken.delete(subject);
      else taken.set(subject, rest);
    };
  };
};
export type LivePlaces = ReturnType<typeof livePlaces>;
