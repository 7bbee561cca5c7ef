import { consumerMigrations } from '@bankside/feed/migrations';
import { queryPlanContract } from '@bankside/projections/testing';
import { createServiceDatabase, sharedMongodb } from '@bankside/tools';
import { projectionMigrations } from '@bankside/projections/migrations';
import { views } from './index';

jest.setTimeout(120_000);

queryPlanContract(views, async () => ({
  connectionString: (await createServiceDatabase('projection', [consumerMigrations, projectionMigrations]))
    .url,
  mongodbUrl: sharedMongodb(`plans_${process.pid}`),
}));
