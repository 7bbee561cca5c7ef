import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PreflightError } from '../errors';
import { httpAnswers } from '../supervision/probes';
import { restartOnExit, type OnProcessEvent, type ManagedProcess } from '../supervision/restart-on-exit';
import { projectRoot } from '../root';

type ServiceOptions = Readonly<{
  name: string;
  /** Default: the service's own. */
  bundle?: string;
  port: number;
  env: Readonly<Record<string, string>>;
  logFolder: string;
  /** Where Node keeps compiled code between starts. */
  codeCache: string;
  onEvent?: OnProcessEvent;
}>;

/** A service keeps serving for a second, and then waits up to ten for open requests. */
const STOP_WITHIN_MS = 13_000;

/** A small young generation keeps these many processes small. */
const NODE_FLAGS = ['--max-semi-space-size=8', '--max-old-space-size=512'];

export const bundleOf = (name: string): string => join(projectRoot, 'dist', `${name}.cjs`);

/** The process of one service, from its bundle. */
export const startService = ({
  name,
  bundle = bundleOf(name),
  port,
  env,
  logFolder,
  codeCache,
  onEvent,
}: ServiceOptions): Promise<ManagedProcess> => {
  if (!existsSync(bundle))
    throw new PreflightError(
      `${bundle} is not there. Is there a services/${name}/src/main.ts? Run npm run build.`,
    );
  return restartOnExit(
    {
      name,
      command: {
        command: process.execPath,
        args: [...NODE_FLAGS, bundle],
        cwd: projectRoot,
        env: {
          NODE_ENV: 'production',
          NODE_COMPILE_CACHE: codeCache,
          MALLOC_ARENA_MAX: '2',
          PORT: String(port),
          ...env,
        },
      },
      logFile: join(logFolder, `${name}.log`),
      ready: httpAnswers(`http://127.0.0.1:${port}/readyz`),
      stopWithinMs: STOP_WITHIN_MS,
    },
    onEvent,
  );
};
