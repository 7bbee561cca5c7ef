/** The lines from the one that ends with or is `# <name>` to the one that is `# </name>`. */
const between = (name: string): RegExp => new RegExp(`^.*# <${name}>.*\\n[^]*?^( *)# </${name}>$`, 'm');

/** A file with the lines between these marks made anew, indented as the second mark is. @throws when a mark is missing */
export const withRegion = (text: string, name: string, lines: readonly string[]): string => {
  const found = between(name).exec(text);
  if (found === null) throw new Error(`there are no marks # <${name}> and # </${name}>`);
  const [all, indent = ''] = found;
  const [first] = all.split('\n');
  const made = [first, ...lines.map((line) => indent + line), `${indent}# </${name}>`].join('\n');
  return text.replace(all, () => made);
};
