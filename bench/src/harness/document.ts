const HEADING = '## Latest table\n';

/** A document with the section `Latest table` replaced by these results. @throws Error for a document without the section */
export const withLatestTable = (
  document: string,
  { on, tables }: Readonly<{ on: string; tables: readonly string[] }>,
): string => {
  const start = document.indexOf(HEADING);
  if (start === -1) throw new Error('The document has no section "Latest table".');
  const end = document.indexOf('\n## ', start + HEADING.length);
  const section = `${HEADING}\n${on}\n\n\`\`\`text\n${tables.join('\n\n')}\n\`\`\`\n`;
  return `${document.slice(0, start)}${section}${end === -1 ? '' : document.slice(end)}`;
};
