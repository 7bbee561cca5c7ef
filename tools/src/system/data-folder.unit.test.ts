import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeDataFolder } from './data-folder';

describe('the data folder', () => {
  const base = mkdtempSync(join(tmpdir(), 'bankside-data-'));
  afterAll(() => rmSync(base, { recursive: true }));

  it('is made with all that is above it', () => {
    const { logs, release } = takeDataFolder(join(base, 'a', 'b'));
    expect(existsSync(logs)).toBe(true);
    release();
  });

  it.each(['', '/below'])('is no file%s', (rest) => {
    const file = join(base, 'file');
    writeFileSync(file, '');
    expect(() => takeDataFolder(file + rest)).toThrow(
      /^The data folder .* there is a file where a folder must be\.$/,
    );
  });

  // Where nothing can be made, whoever asks.
  it.each(['/proc', '/proc/nowhere/data'])(
    'is refused at once where nothing can be written, as at %s',
    (folder) => expect(() => takeDataFolder(folder)).toThrow(/^The data folder \/proc.* cannot be written: /),
  );
});
