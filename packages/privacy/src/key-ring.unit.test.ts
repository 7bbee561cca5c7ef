import { randomBytes } from 'node:crypto';
import { KEY_TTL_MS, keyRing } from './key-ring';
import { masterKey } from './master-key';
import { newKey } from './sealing';

const master = masterKey(randomBytes(32).toString('base64'));

describe('a key that another replica deleted', () => {
  const forgottenAfter = async (elapsedMs: number) => {
    const key = newKey();
    let wrapped: string | undefined = master.wrap('ada', key);
    let clock = 0;
    const ring = keyRing(
      { ownerOf: async () => wrapped },
      () => master,
      () => clock,
    );
    expect(await ring.find('ada')).toEqual(key);
    wrapped = undefined;
    clock = elapsedMs;
    return (await ring.find('ada')) === undefined;
  };

  it('is used until its time to live has passed, and no longer', async () => {
    expect(await forgottenAfter(KEY_TTL_MS - 1)).toBe(false);
    expect(await forgottenAfter(KEY_TTL_MS)).toBe(true);
  });
});
