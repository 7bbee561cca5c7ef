/** A known vulnerability of a version that is in use. */
export type Advisory = Readonly<{ id: string; dependency: string; url: string; title?: string }>;

/** What a source knows of the dependencies of one part of the project, or why it did not respond. */
export type SourceResult = Readonly<{ part: string; source: string }> &
  (Readonly<{ checked: number; advisories: readonly Advisory[] }> | Readonly<{ failure: string }>);

/** Exit codes. CI may accept the last one where it has no access to the sources. */
export const CLEAN = 0;
export const VULNERABLE = 1;
export const NO_RESULT = 2;

const lineOf = ({ id, dependency, url, title }: Advisory, reason?: string): string =>
  `  ${id}  ${dependency}${title ? `: ${title}` : ''}  ${url}${reason ? `  (accepted: ${reason})` : ''}`;

/**
 * The report of all results, and the exit code. An advisory with a reason in `accepted`, by its id, is printed and does not
 * count.
 */
export const reportOf = (
  results: readonly SourceResult[],
  accepted: Readonly<Record<string, string>>,
): Readonly<{ text: string; exitCode: number }> => {
  const failed = results.filter((result) => 'failure' in result);
  const found = results.flatMap((result) => ('failure' in result ? [] : result.advisories));
  const open = found.filter(({ id }) => accepted[id] === undefined);
  const lines = results.flatMap((result) => {
    const head = `${result.part} (${result.source}): `;
    if ('failure' in result) return [`${head}no result: ${result.failure}`];
    const { checked, advisories } = result;
    return [
      `${head}${checked} packages, ${advisories.length} advisories`,
      ...advisories.map((one) => lineOf(one, accepted[one.id])),
    ];
  });
  if (open.length > 0) lines.push(`${open.length} advisories are not accepted.`);
  else if (failed.length === results.length) lines.push('No source responded, so nothing is known.');
  else if (failed.length > 0) lines.push('No advisory found, but not every source responded.');
  else lines.push('No advisory found.');
  const exitCode = open.length > 0 ? VULNERABLE : failed.length > 0 ? NO_RESULT : CLEAN;
  return { text: lines.join('\n'), exitCode };
};
