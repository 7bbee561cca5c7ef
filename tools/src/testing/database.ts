import { randomBytes } from 'node:crypto';
import { createDatabase as create } from '../processes/database';
import { sharedAddress } from './addresses';

/** An empty database with a role of its own on the shared server. The name gets a suffix, so it may be used again. */
export const createDatabase = (name: string, adminUrl = sharedAddress('POSTGRES')): Promise<string> =>
  create(adminUrl, {
    name: `${name}_${randomBytes(4).toString('hex')}`,
    password: randomBytes(16).toString('hex'),
  });
