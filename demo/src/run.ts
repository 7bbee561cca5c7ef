import { readFileSync } from 'node:fs';
import { signIn } from '@bankside/client';
import { checkInvariants } from './invariants';
import type { Options } from './options';
import { planOf } from './plan';
import { parsePurchases, type BadLine } from './purchases';
import { reportOf, tableOf, type Report } from './report';
import { sendPlan } from './send';
import type { Progress } from './sent';

/** Malformed lines that are logged in full; further ones are only counted. */
const LOGGED_LINES = 20;
/** Violations that are logged in full. */
const LOGGED_FAILURES = 20;

export type Console = Readonly<{ log: (line: string) => void; progress: Progress }>;

/** A file that cannot be read or has no usable purchase. The message is one sentence. */
export class BadInput extends Error {
  override name = 'BadInput';
}

const readFile = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new BadInput(`The file ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
};

const logBadLines = (bad: readonly BadLine[], log: Console['log']): void => {
  for (const { line, reason } of bad.slice(0, LOGGED_LINES)) log(`line ${line} is skipped: it ${reason}`);
  if (bad.length > LOGGED_LINES) log(`… and ${bad.length - LOGGED_LINES} more lines are skipped`);
};

/** Reads all purchases. @throws BadInput when there are none, or with `strict` at the first malformed line */
export const readPurchases = (file: string, { strict, limit }: Options, log: Console['log']) => {
  const { purchases, bad } = parsePurchases(readFile(file));
  const [first] = bad;
  if (strict && first) throw new BadInput(`line ${first.line} ${first.reason}; nothing was sent`);
  logBadLines(bad, log);
  if (purchases.length === 0) throw new BadInput(`The file ${file} contains no purchases.`);
  return { purchases: purchases.slice(0, limit), bad };
};

/** Sends the purchases to a running system, then verifies the invariants. */
export const runDemo = async (
  gatewayUrl: string,
  { purchases, bad }: ReturnType<typeof readPurchases>,
  { concurrency }: Pick<Options, 'concurrency'>,
  { log, progress }: Console,
): Promise<Report> => {
  const teller = await signIn({ role: 'teller' }, { gatewayUrl });
  const operator = await signIn({ role: 'operator' }, { gatewayUrl });
  try {
    const plan = planOf(purchases);
    log(
      `${plan.orders} orders of ${plan.customers.length} customers for ${plan.products.length} products, to ${gatewayUrl}`,
    );
    const sent = await sendPlan({ teller, operator }, plan, { prefix: 'cdnow', concurrency, progress });
    log('verifying the invariants against the services');
    const checked = await checkInvariants(operator, plan, sent);
    for (const failure of checked.failures.slice(0, LOGGED_FAILURES)) log(`VIOLATED: ${failure}`);
    const report = reportOf(purchases.length, bad, sent, checked);
    log(`\n${tableOf(report)}\n`);
    return report;
  } finally {
    await Promise.all([teller.close(), operator.close()]);
  }
};

/** Whether every invariant holds. */
export const holds = ({ invariants }: Report): boolean => Object.values(invariants).every(Boolean);
