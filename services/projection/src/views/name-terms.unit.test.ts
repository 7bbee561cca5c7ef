import { nameTerms, termOf } from './name-terms';

describe('the terms that a name is found by', () => {
  it('are the beginnings of the whole name and of each word, from two characters on', () =>
    expect(nameTerms('Al Bo')).toEqual(['al', 'al ', 'al b', 'al bo', 'bo']));

  it('know no case, no accents and no second blank', () =>
    expect(termOf(' Zoë  ÅKERMAN ')).toBe(termOf('zoe akerman')));

  it('find every name by every beginning that one types', () => {
    const terms = nameTerms('Zoë Åkerman-Lund');
    for (const typed of ['zo', 'Zoë', 'zoe å', 'AKERMAN', 'åkerman-l'])
      expect(terms).toContain(termOf(typed));
  });

  it('are at most a hundred', () =>
    expect(nameTerms('ab cd ef gh ij kl mn op qr st').length).toBeLessThan(100));
});
