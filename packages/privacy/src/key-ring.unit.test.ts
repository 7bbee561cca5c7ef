import { randomBytes } from 'node:crypto';
import { KEY_KEPT_MS, keyRing } from './key-ring';
import { masterKey } from './master-key';
import { newKey } from './sealing';

const master = masterKey(randomBytes(32).toString('base64'));

describe('a key that another replica destroyed', () => {
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

  it('is used no longer than the bound', async () => {
    expect(await forgottenAfter(KEY_KEPT_MS - 1)).toBe(false);
    expect(await forgottenAfter(KEY_KEPT_MS)).toBe(true);
  });
});
