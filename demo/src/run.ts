import { readFileSync } from 'node:fs';
import { signIn } from '@bankside/client';
import { checkInvariants } from './invariants';
import type { Options } from './options';
import { planOf } from './plan';
import { parsePurchases, type BadLine } from './purchases';
import { reportOf, tableOf, type Report } from './report';
import { sendPlan, type Progress } from './send';

/** Malformed lines that are told one by one; the others are only counted. */
const TOLD_LINES = 20;
/** Violations that are told one by one. */
const TOLD_FAILURES = 20;

export type Console = Readonly<{ say: (line: string) => void; progress: Progress }>;

/** A file that can't be read or used, told in one sentence. */
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

const tellBadLines = (bad: readonly BadLine[], say: Console['say']): void => {
  for (const { line, reason } of bad.slice(0, TOLD_LINES)) say(`line ${line} is left out: it ${reason}`);
  if (bad.length > TOLD_LINES) say(`… and ${bad.length - TOLD_LINES} more lines are left out`);
};

/** Reads the purchases before anything is sent. @throws BadInput when there is nothing to send, or strictly at the first malformed line */
export const readPurchases = (file: string, { strict, limit }: Options, say: Console['say']) => {
  const { purchases, bad } = parsePurchases(readFile(file));
  const [first] = bad;
  if (strict && first) throw new BadInput(`line ${first.line} ${first.reason}; nothing was sent`);
  tellBadLines(bad, say);
  if (purchases.length === 0) throw new BadInput(`The file ${file} has no purchases.`);
  return { purchases: purchases.slice(0, limit), bad };
};

/** Sends the purchases to a running system and checks it afterwards. */
export const runDemo = async (
  gatewayUrl: string,
  { purchases, bad }: ReturnType<typeof readPurchases>,
  { concurrency }: Pick<Options, 'concurrency'>,
  { say, progress }: Console,
): Promise<Report> => {
  const teller = await signIn({ role: 'teller' }, { gatewayUrl });
  const operator = await signIn({ role: 'operator' }, { gatewayUrl });
  try {
    const plan = planOf(purchases);
    say(
      `${plan.orders} orders of ${plan.customers.length} customers for ${plan.products.length} products, to ${gatewayUrl}`,
    );
    const sent = await sendPlan({ teller, operator }, plan, { prefix: 'cdnow', concurrency, progress });
    say('checking the invariants against the services');
    const checked = await checkInvariants(operator, plan, sent);
    for (const failure of checked.failures.slice(0, TOLD_FAILURES)) say(`VIOLATED: ${failure}`);
    const report = reportOf(purchases.length, bad, sent, checked);
    say(`\n${tableOf(report)}\n`);
    return report;
  } finally {
    await Promise.all([teller.close(), operator.close()]);
  }
};

/** Every invariant holds. */
export const holds = ({ invariants }: Report): boolean => Object.values(invariants).every(Boolean);
