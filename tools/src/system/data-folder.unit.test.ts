import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

  it('is closed to other users with every file in it, whatever the umask is', () => {
    const umask = process.umask(0);
    const folder = join(base, 'open');
    mkdirSync(folder, { mode: 0o777 });
    try {
      const { logs, release } = takeDataFolder(folder);
      const log = join(logs, 'redis.log');
      writeFileSync(log, '');
      const modeOf = (path: string): number => statSync(path).mode & 0o777;
      expect([folder, logs, log, join(folder, 'format')].map(modeOf)).toEqual([0o700, 0o700, 0o600, 0o600]);
      release();
    } finally {
      process.umask(umask);
    }
  });

  it('that holds other files keeps its own mode, and closes what is created in it', () => {
    const folder = join(base, 'shared');
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, 'other'), '');
    const { logs, release } = takeDataFolder(folder);
    const modeOf = (path: string): number => statSync(path).mode & 0o777;
    expect([folder, logs, join(folder, 'format')].map(modeOf)).toEqual([0o755, 0o700, 0o600]);
    release();
  });

  it('is opened again by the same version, and rejected by another one', () => {
    const folder = join(base, 'versions');
    takeDataFolder(folder).release();
    writeFileSync(join(folder, 'secrets.json'), '{}');
    takeDataFolder(folder).release();
    for (const older of ['1', undefined]) {
      if (older === undefined) rmSync(join(folder, 'format'));
      else writeFileSync(join(folder, 'format'), older);
      for (const _attempt of ['first', 'second'])
        expect(() => takeDataFolder(folder)).toThrow(
          /^The data in .* is of another version of Bankside \(format 1; .*Delete the folder for a fresh start/,
        );
    }
  });

  it.each(['', '/below'])('is no file%s', (rest) => {
    const file = join(base, 'file');
    writeFileSync(file, '');
    expect(() => takeDataFolder(file + rest)).toThrow(
      /^The data folder .* there is a file where a folder must be\.$/,
    );
  });

  // No user can create anything there.
  it.each(['/proc', '/proc/nowhere/data'])(
    'is rejected at once where nothing can be written, as at %s',
    (folder) => expect(() => takeDataFolder(folder)).toThrow(/^The data folder \/proc.* cannot be written: /),
  );
});
