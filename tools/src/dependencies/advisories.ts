/** A known vulnerability of a version that is in use. */
export type Advisory = Readonly<{ id: string; dependency: string; url: string; title?: string }>;

/** What a source knows of the dependencies of one part of the project, or why it did not respond. */
export type Answer = Readonly<{ part: string; source: string }> &
  (Readonly<{ checked: number; advisories: readonly Advisory[] }> | Readonly<{ failure: string }>);

/** Exit codes. CI may accept the last one where it has no access to the sources. */
export const CLEAN = 0;
export const VULNERABLE = 1;
export const UNANSWERED = 2;

const lineOf = ({ id, dependency, url, title }: Advisory, reason?: string): string =>
  `  ${id}  ${dependency}${title ? `: ${title}` : ''}  ${url}${reason ? `  (accepted: ${reason})` : ''}`;

/**
 * The report of all responses, and the exit code. An advisory with a reason in `accepted`, by its id, is printed and does not
 * count.
 */
export const reportOf = (
  answers: readonly Answer[],
  accepted: Readonly<Record<string, string>>,
): Readonly<{ text: string; exitCode: number }> => {
  const failed = answers.filter((answer) => 'failure' in answer);
  const found = answers.flatMap((answer) => ('failure' in answer ? [] : answer.advisories));
  const open = found.filter(({ id }) => accepted[id] === undefined);
  const lines = answers.flatMap((answer) => {
    const head = `${answer.part} (${answer.source}): `;
    if ('failure' in answer) return [`${head}no response: ${answer.failure}`];
    const { checked, advisories } = answer;
    return [
      `${head}${checked} packages, ${advisories.length} advisories`,
      ...advisories.map((one) => lineOf(one, accepted[one.id])),
    ];
  });
  if (open.length > 0) lines.push(`${open.length} advisories are not accepted.`);
  else if (failed.length === answers.length) lines.push('No source responded, so nothing is known.');
  else if (failed.length > 0) lines.push('No advisory found, but not every source responded.');
  else lines.push('No advisory found.');
  const exitCode = open.length > 0 ? VULNERABLE : failed.length > 0 ? UNANSWERED : CLEAN;
  return { text: lines.join('\n'), exitCode };
};
