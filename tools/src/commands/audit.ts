import { runAudit, type CheckResult } from '@bankside/audit';
import { apiClient } from '@bankside/client';
import { PreflightError } from '../errors';
import { dataFolder, runningSystem } from '../system/data-folder';

const line = ({ check, verified, problems, count }: CheckResult): string =>
  [
    `${count === 0 ? 'ok  ' : 'FAIL'} ${check}: ${verified}${count === 0 ? '' : `, ${count} problems`}`,
    ...problems.map((problem) => `       ${problem}`),
  ].join('\n');

/** `npm run audit`: runs every check of a running system and prints a line for each. Exits with 1 if one fails. */
export const audit = async (): Promise<number> => {
  const gatewayUrl = process.env['BANKSIDE_GATEWAY'] ?? runningSystem(dataFolder())?.gatewayUrl;
  if (gatewayUrl === undefined)
    throw new PreflightError(
      'No system is running here. Start one, or name its address: BANKSIDE_GATEWAY=http://…',
    );
  const bearer = process.env['BANKSIDE_TOKEN'];
  const api = apiClient({ gatewayUrl, ...(bearer !== undefined && { bearer }) });
  try {
    const results = await runAudit({
      get: (path) => api.get(path),
      onResult: (result) => console.log(line(result)),
    });
    const first = results.find(({ count }) => count > 0);
    if (first === undefined) console.log('Every check holds.');
    else console.log(`The first problem, of ${first.check}: ${first.problems[0]}`);
    return first === undefined ? 0 : 1;
  } catch (error) {
    throw new PreflightError(`The audit could not be completed: ${(error as Error).message}`);
  } finally {
    await api.close();
  }
};
