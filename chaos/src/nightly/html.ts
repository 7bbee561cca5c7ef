const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escaped for text and for quoted attributes of HTML and SVG. */
export const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (one) => ENTITIES[one]!);

export const figure = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 1 });

export const plural = (count: number, noun: string): string =>
  `${figure(count)} ${noun}${count === 1 ? '' : 's'}`;

/** Cells are HTML; the first of each row is its header. `numeric` aligns the other cells. */
export const table = (
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric = true,
): string =>
  `<div class="scroll" role="region" tabindex="0" aria-label="${escaped(caption)}"><table${numeric ? ' class="numeric"' : ''}>
<caption>${escaped(caption)}</caption>
<thead><tr>${head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join('')}</tr></thead>
<tbody>
${rows
  .map(
    ([first, ...cells]) =>
      `<tr><th scope="row">${first}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
  )
  .join('\n')}
</tbody></table></div>`;
