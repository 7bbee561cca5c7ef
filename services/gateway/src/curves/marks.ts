import type { AuditEntry, CurvesMark, CurvesSample } from '@bankside/contracts/http';

type Targets = AuditEntry['targets'];

const NOT_FAULTS = new Set(['service', 'minutes', 'seconds']);

const faultsInWords = (targets: Targets): string => {
  const set = Object.entries(targets)
    .filter(([name, value]) => !NOT_FAULTS.has(name) && value !== 0 && value !== false && value !== undefined)
    .map(([name, value]) => (value === true ? name : `${name} ${JSON.stringify(value)}`));
  const service = String(targets['service']);
  return set.length === 0
    ? `the faults of ${service} are cleared`
    : `${service} fails on purpose: ${set.join(', ')}`;
};

/** The words for an action of an operator, by its `operationId`. */
const WORDS: Readonly<Record<string, (targets: Targets) => string>> = {
  setFaults: faultsInWords,
  switchFaults: faultsInWords,
  rebuildProjection: ({ projection }) => `rebuild ${String(projection)}`,
  replayDeadLetters: ({ consumer, stream }) => `replay ${String(stream)} for ${String(consumer)}`,
  discardDeadLetters: ({ consumer, stream }) =>
    `discard an event of ${String(stream)} for ${String(consumer)}`,
  retrySagaStep: ({ sagaId, step }) => `retry ${String(step)} of ${String(sagaId)}`,
  skipSagaStep: ({ sagaId, step }) => `skip ${String(step)} of ${String(sagaId)}`,
  abortSaga: ({ sagaId }) => `abort ${String(sagaId)}`,
};

/** `closeCustomer` as `close customer`. */
const spaced = (action: string): string =>
  action.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).trim();

const CHANGE_FAILED = 400;

/** The marks of what operators changed, from the entries of the audit log. */
export const marksOfActions = (
  entries: readonly AuditEntry[],
  isChange: (action: string) => boolean,
): CurvesMark[] =>
  entries
    .filter(({ action, status }) => isChange(action) && (status === undefined || status < CHANGE_FAILED))
    .map(({ at, action, targets }) => ({
      at,
      text: WORDS[action]?.(targets) ?? spaced(action),
      ...(typeof targets['service'] === 'string' && { service: targets['service'] }),
    }));

/** The marks of services that stop to respond, and that respond again. */
export const marksOfOutages = (samples: readonly CurvesSample[]): CurvesMark[] =>
  samples.flatMap(({ at, unavailable }, index) => {
    const before = samples[index - 1]?.unavailable ?? [];
    const mark = (service: string, what: string): CurvesMark => ({ at, text: `${service} ${what}`, service });
    return [
      ...unavailable.filter((one) => !before.includes(one)).map((one) => mark(one, 'does not respond')),
      ...before.filter((one) => !unavailable.includes(one)).map((one) => mark(one, 'responds again')),
    ];
  });
