import type { systemOperations } from '@bankside/contracts/http';
import type { Handlers } from '../router';
import { systemReader, type SystemReaderOptions } from '../system/reader';
import { ok } from '../upstream';

export const systemHandlers = (
  options: SystemReaderOptions,
): Pick<Handlers, keyof typeof systemOperations> => {
  const { system, status } = systemReader(options);
  return {
    getSystem: async () => ok(await system()),
    getStatus: async ({ actor }) => {
      const { needsPerson, ...forAll } = await status();
      const isOperator = actor.roles.includes('operator');
      return ok(isOperator && needsPerson !== undefined ? { ...forAll, needsPerson } : forAll);
    },
  };
};
