import { withLatestTable } from './document';

const results = { on: 'On a machine.', tables: ['Appends\n  1', 'Sagas\n  2'] };
const section = '## Latest table\n\nOn a machine.\n\n```text\nAppends\n  1\n\nSagas\n  2\n```\n';

describe('the latest table of a document', () => {
  it('replaces its section only', () => {
    const document = '# Performance\n\n## Latest table\n\nold\n\n## Limits\n\ntext\n';
    expect(withLatestTable(document, results)).toBe(`# Performance\n\n${section}\n## Limits\n\ntext\n`);
    expect(withLatestTable('## Latest table\n\nold\n', results)).toBe(section);
  });

  it('needs its section', () => {
    expect(() => withLatestTable('# Performance\n', results)).toThrow('no section "Latest table"');
  });
});
