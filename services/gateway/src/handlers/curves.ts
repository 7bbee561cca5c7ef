import { isMutation, operations, type OperationId } from '@bankside/contracts/http';
import { isOutage } from '@bankside/std';
import type { AuditLog } from '../audit-log/audit-log';
import type { Curves } from '../curves/curves';
import { marksOfActions, marksOfOutages } from '../curves/marks';
import type { Handlers } from '../router';
import { ok } from '../upstream';

/** Newest actions of fifteen minutes that are looked at, reads of persons among them. */
const MAX_ACTIONS = 500;

const isChange = (action: string): boolean =>
  action in operations && isMutation(operations[action as OperationId]);

export const curvesHandlers = (curves: Curves, log: AuditLog): Pick<Handlers, 'readCurves'> => {
  /** None while the audit log does not respond: the curves do not depend on it. */
  const actionsSince = async (from: string) => {
    try {
      return (await log.list({ from, limit: MAX_ACTIONS })).entries.toReversed();
    } catch (error) {
      if (isOutage(error)) return [];
      throw error;
    }
  };
  return {
    readCurves: async ({ query: { after } }) => {
      const from = curves.from();
      const since = after !== undefined && after > from ? after : from;
      const samples = curves.read();
      const marks = [...marksOfActions(await actionsSince(since), isChange), ...marksOfOutages(samples)]
        .filter(({ at }) => at > since)
        .toSorted((a, b) => a.at.localeCompare(b.at));
      return ok({
        at: new Date().toISOString(),
        samples: samples.filter(({ at }) => at > since),
        marks,
      });
    },
  };
};
