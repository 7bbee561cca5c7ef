import { networkProxy, sharedMongodb } from '@bankside/tools';
import { createConnection, type Connection } from 'mongoose';
import { requireMongodb } from './require-mongodb';

const LINK = 'projection→ferretdb';

describe('the readiness of MongoDB behind a network with faults', () => {
  const network = networkProxy();
  let mongodb: Connection;
  beforeAll(async () => {
    const url = new URL(sharedMongodb('readiness'));
    url.host = `127.0.0.1:${await network.addListener('projection', 'ferretdb', Number(url.port))}`;
    mongodb = await createConnection(url.href, { maxPoolSize: 1 }).asPromise();
    mongodb.on('error', () => undefined);
  });
  afterAll(async () => {
    await mongodb.close();
    await network.close();
  });

  it('fails on a connection that the network has forgotten, which the pool then replaces', async () => {
    await requireMongodb(mongodb);
    network.forget([LINK]);
    await expect(requireMongodb(mongodb)).rejects.toThrow(/timed out/i);
    await requireMongodb(mongodb);
  });

  it('fails before it is connected', () =>
    expect(requireMongodb(createConnection())).rejects.toThrow('MongoDB is not connected yet'));
});
