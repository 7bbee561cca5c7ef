/** The lines from the one that contains `# <name>` to `# </name>`. */
const between = (name: string): RegExp => new RegExp(`^.*# <${name}>.*\\n[^]*?^( *)# </${name}>$`, 'm');

/** Replaces the lines between the marks `# <name>` and `# </name>`, indented as the second. @throws when a mark is missing */
export const withRegion = (text: string, name: string, lines: readonly string[]): string => {
  const found = between(name).exec(text);
  if (found === null) throw new Error(`there are no marks # <${name}> and # </${name}>`);
  const [all, indent = ''] = found;
  const [first] = all.split('\n');
  const region = [first, ...lines.map((line) => indent + line), `${indent}# </${name}>`].join('\n');
  return text.replace(all, () => region);
};
