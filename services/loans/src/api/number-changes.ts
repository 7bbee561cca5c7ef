import type { MobileNumberChangeRouteDeps } from '@bankside/mobile-number-change';
import { commandContext } from '@bankside/event-sourced';
import { rejection } from '@bankside/http';
import {
  numberChangeAcceptance,
  type NumberChangeAcceptanceDeps,
} from '../messaging/number-change-acceptance';

type Deps = NumberChangeAcceptanceDeps & Readonly<{ now: () => Date }>;

/** The part of loans in an orchestrated change: a loan that is under review refuses it. */
export const acceptNumberChange = ({
  now,
  ...deps
}: Deps): NonNullable<MobileNumberChangeRouteDeps['accept']> => {
  const rejectionOf = numberChangeAcceptance(deps);
  return async (req, change) => {
    const { expectedRevision: _none, ...context } = commandContext(req, now);
    const reason = await rejectionOf(change, context);
    if (reason !== undefined) throw rejection(reason, 409);
  };
};
