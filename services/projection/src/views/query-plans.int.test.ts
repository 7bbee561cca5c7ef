import { queryPlanContract } from '@bankside/projections/testing';
import { createDatabase, sharedAddress } from '@bankside/tools';
import { views } from './index';

jest.setTimeout(120_000);

queryPlanContract(views, async () => ({
  connectionString: await createDatabase('projection'),
  mongodbUrl: `${sharedAddress('MONGODB')}/plans_${process.pid}`,
}));
