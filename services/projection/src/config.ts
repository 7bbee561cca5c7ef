import { databaseConfig } from '@bankside/runtime';
import * as z from 'zod';

export const projectionConfig = {
  ...databaseConfig,
  MONGODB_URL: z.url().describe('Database of the views that are kept in MongoDB'),
};
