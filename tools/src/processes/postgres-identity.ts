import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { PreflightError } from '../errors';

/** The user that PostgreSQL runs as, since it refuses root. `wrap` precedes its command line. */
export type Identity = Readonly<{ uid?: number; gid?: number; wrap: readonly string[] }>;

/** In a user namespace root has another number, and still owns its files. */
const UNSHARE = ['unshare', '--user', '--map-user=1000', '--map-group=1000'] as const;

const accountOf = (name: string): Readonly<{ uid: number; gid: number }> | undefined => {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
};

export const everyoneMayEnter = (path: string): boolean => {
  const mayEnter = (statSync(path).mode & constants.S_IXOTH) !== 0;
  return mayEnter && (dirname(path) === path || everyoneMayEnter(dirname(path)));
};

const canUnshare = (): boolean => {
  const [command, ...args] = UNSHARE;
  return spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0;
};

const forRoot = (folder: string, dataFolder: string, program: string): Identity => {
  const owner = existsSync(dataFolder) ? statSync(dataFolder) : undefined;
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, wrap: [] };
  const account = accountOf('postgres') ?? accountOf('nobody');
  if (canUnshare()) return { wrap: UNSHARE };
  if (!owner && account && everyoneMayEnter(dirname(dirname(folder))) && everyoneMayEnter(program))
    return { ...account, wrap: [] };
  throw new PreflightError(
    `PostgreSQL refuses to run as root, and no other user may enter ${dirname(dirname(folder))}. Run this as an ordinary user, or in a folder that everyone may enter.`,
  );
};

export const postgresIdentity = (folder: string, dataFolder: string, program: string): Identity => {
  accessSync(program, constants.X_OK);
  return process.getuid?.() === 0 ? forRoot(folder, dataFolder, program) : { wrap: [] };
};
