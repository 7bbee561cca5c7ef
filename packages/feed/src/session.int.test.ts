import { createServiceDatabase } from '@bankside/tools';
import { requireDatabaseSessions } from './session';

describe('requireDatabaseSessions', () => {
  it('accepts the direct address of PostgreSQL', async () => {
    const { url } = await createServiceDatabase('sessions', []);
    await expect(requireDatabaseSessions(url)).resolves.toBeUndefined();
  });

  it('fails without a server, so that the caller tries again', async () => {
    await expect(requireDatabaseSessions('postgres://x:x@127.0.0.1:1/x')).rejects.toThrow('ECONNREFUSED');
  });
});
