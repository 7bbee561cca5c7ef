import type { Defect } from './broken-build';

/** Long enough for the response to arrive and its sender to be killed. */
const ACKNOWLEDGED_AHEAD_MS = 1_000;

/** Reads of an account are up to two seconds old. */
export const oldStateServed: Defect = {
  name: 'old-state-served',
  mutations: [
    {
      file: 'services/accounts/src/api/routes.ts',
      right: 'const { state, revision } = await accounts.load(numberOf(req));',
      wrong: (isOn) => `const held = (globalThis.held ??= new Map());
      const number = numberOf(req);
      if (!${isOn} || !(held.get(number)?.until > Date.now()))
        held.set(number, { until: Date.now() + 2_000, ...(await accounts.load(number)) });
      const { state, revision } = held.get(number);`,
    },
  ],
};

/** A conditional write succeeds although another one came between: that one is lost to its client. */
export const conditionIgnored: Defect = {
  name: 'condition-ignored',
  mutations: [
    {
      file: 'packages/kernel/src/command-handler.ts',
      right: 'if (!isExpected(known.revision, context))',
      wrong: (isOn) => `if (!${isOn} && !isExpected(known.revision, context))`,
    },
  ],
};

/** Views lag a little, and a read with a token does not wait for them. */
export const tokensIgnored: Defect = {
  name: 'tokens-ignored',
  mutations: [
    {
      file: 'packages/http/src/consistency-token.ts',
      right: 'if (awaited.length === 0) return;',
      wrong: (isOn) => `if (awaited.length === 0 || ${isOn}) return;`,
    },
    {
      file: 'packages/projections/src/delivery.ts',
      right: 'if (local) return local.deliver(source, events);',
      wrong: (isOn) =>
        `if (local) return (${isOn} ? sleep(1_500) : Promise.resolve()).then(() => local.deliver(source, events));`,
    },
  ],
};

/** The state at a revision includes later commits. */
export const laterCommitsInThePast: Defect = {
  name: 'later-commits-in-the-past',
  mutations: [
    {
      file: 'packages/event-sourced/src/streams.ts',
      right: 'if (revision !== undefined) return streams.stateAtRevision(id, revision);',
      wrong: (isOn) => `if (revision !== undefined)
        return ${isOn} ? streams.load(id).then(({ state }) => ({ revision, state })) : streams.stateAtRevision(id, revision);`,
    },
  ],
};

/** The outcome of a deposit is not stored, and the account's own list of deposits does not recognize a repeat. */
export const repeatsNotRecognized: Defect = {
  name: 'repeats-not-recognized',
  mutations: [
    {
      file: 'packages/dapr/src/event-store.ts',
      right: 'rowOf(outcomeKey(commandId), outcome, outcomeTtlSeconds),',
      wrong: (isOn) =>
        `...(${isOn} && commit?.events[0]?.type === 'MoneyDeposited'
          ? []
          : [rowOf(outcomeKey(commandId), outcome, outcomeTtlSeconds)]),`,
    },
    {
      file: 'services/accounts/src/domain/account.ts',
      right: 'if (account.deposits.includes(depositId)) return [];',
      wrong: (isOn) => `if (account.deposits.includes(depositId) && !${isOn}) return [];`,
    },
  ],
};

export const limitIgnored: Defect = {
  name: 'limit-ignored',
  mutations: [
    {
      file: 'services/accounts/src/domain/account.ts',
      right: 'return limit && amountCents > leftToSend(account, limit) ?',
      wrong: (isOn) => `return limit && !${isOn} && amountCents > leftToSend(account, limit) ?`,
    },
  ],
};

/** Commits of products are not published. */
export const commitsNotPublished: Defect = {
  name: 'commits-not-published',
  mutations: [
    {
      file: 'packages/feed/src/outbox-reader.ts',
      right: 'const published = entriesOf(',
      wrong: (isOn) => `const published = ${isOn} ? [] : entriesOf(`,
    },
  ],
};

export const acknowledgedBeforeTheEffect: Defect = {
  name: 'acknowledged-before-the-effect',
  mutations: [
    {
      file: 'packages/dapr/src/event-store.ts',
      right: `append: async (...appends) =>
      commit(together(appends.map((append) => writeOf(append, test?.outcomeTtlSeconds)))),`,
      wrong: (isOn) => `append: async (...appends) => {
        const write = () => commit(together(appends.map((append) => writeOf(append))));
        if (!${isOn}) return write();
        setTimeout(() => void write().catch(() => undefined), ${ACKNOWLEDGED_AHEAD_MS});
      },`,
    },
  ],
};
