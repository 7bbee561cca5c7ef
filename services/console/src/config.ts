import { join } from 'node:path';
import { serviceConfig } from '@bankside/runtime';
import * as z from 'zod';

export const consoleConfig = {
  ...serviceConfig,
  PAGE_FOLDER: z
    .string()
    .default(join(__dirname, 'console-page'))
    .describe('The bundled page, by default beside the program'),
};
