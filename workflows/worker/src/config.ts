import { join } from 'node:path';
import { databaseConfig, temporalConfig } from '@bankside/runtime';
import * as z from 'zod';

export const workerConfig = {
  ...databaseConfig,
  ...temporalConfig,
  WORKFLOW_BUNDLE: z
    .string()
    .default(join(__dirname, 'workflow-bundle.cjs'))
    .describe('Bundled code of the workflows, by default beside the program'),
};
