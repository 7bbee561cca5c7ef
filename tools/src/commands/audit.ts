import { apiClient, type ApiClient } from '@bankside/client';
import { PreflightError } from '../errors';
import { dataFolder, runningSystem } from '../system/data-folder';
import { allServices } from '../system/services';

type Page = Readonly<{
  streams: number;
  commits: number;
  events: number;
  problems: readonly Readonly<{ stream: string; problem: string }>[];
  next?: number;
}>;

/** Problems that are printed for each service; the others are counted. */
const PRINTED = 20;

const auditOf = async (api: ApiClient, service: string): Promise<Page> => {
  const sums = { streams: 0, commits: 0, events: 0, problems: [] as Page['problems'][number][] };
  for (let after: number | undefined = 0; after !== undefined;) {
    const { status, body } = await api.get(`/api/audit/${service}?after=${after}`);
    if (status !== 200) throw new PreflightError(`The audit of ${service} was answered with ${status}.`);
    const page = body as unknown as Page;
    sums.streams += page.streams;
    sums.commits += page.commits;
    sums.events += page.events;
    sums.problems.push(...page.problems);
    after = page.next;
  }
  return sums;
};

const columns = (...cells: readonly (string | number)[]): string =>
  cells.map((cell, index) => (index === 0 ? String(cell).padEnd(12) : String(cell).padStart(10))).join('');

/** `npm run audit`: folds every stream of every service and prints the problems. Exits with 1 if there are any. */
export const audit = async (): Promise<number> => {
  const gatewayUrl = process.env['BANKSIDE_GATEWAY'] ?? runningSystem(dataFolder())?.gatewayUrl;
  if (gatewayUrl === undefined)
    throw new PreflightError(
      'No system is running here. Start one, or name its address: BANKSIDE_GATEWAY=http://…',
    );
  const bearer = process.env['BANKSIDE_TOKEN'];
  const api = apiClient({ gatewayUrl, ...(bearer !== undefined && { bearer }) });
  try {
    console.log(columns('', 'streams', 'commits', 'events', 'problems'));
    let found = 0;
    for (const { name } of allServices().filter(({ eventSourced }) => eventSourced)) {
      const { streams, commits, events, problems } = await auditOf(api, name);
      console.log(columns(name, streams, commits, events, problems.length));
      for (const { stream, problem } of problems.slice(0, PRINTED)) console.log(`  ${stream}: ${problem}`);
      found += problems.length;
    }
    console.log(found === 0 ? 'Every state is what its commits say.' : `${found} problems.`);
    return found === 0 ? 0 : 1;
  } finally {
    await api.close();
  }
};
