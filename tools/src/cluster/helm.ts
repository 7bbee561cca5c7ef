import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { binary } from '../toolchain/binary';
import { manifestsIn, type Manifest } from './manifest';

const run = promisify(execFile);
const OUTPUT_BYTES = 32 * 1024 * 1024;

export type Rendering = Readonly<{
  chart: string;
  namespace: string;
  valuesFiles?: readonly string[];
  set?: readonly string[];
}>;

/** Runs Helm. @throws an Error with its stderr */
export const helm = async (...args: readonly string[]): Promise<string> => {
  const { stdout } = await run(await binary('helm'), [...args], { maxBuffer: OUTPUT_BYTES });
  return stdout;
};

export const renderText = ({ chart, namespace, valuesFiles = [], set = [] }: Rendering): Promise<string> =>
  helm(
    'template',
    'bankside',
    chart,
    `--namespace=${namespace}`,
    ...valuesFiles.map((file) => `--values=${file}`),
    ...set.map((one) => `--set=${one}`),
  );

export const render = async (rendering: Rendering): Promise<readonly Manifest[]> =>
  manifestsIn(await renderText(rendering));
