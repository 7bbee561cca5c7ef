import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@bankside/tools';
import * as defects from './defects';

describe('a defect of a broken build', () => {
  const mutations = Object.values(defects).flatMap(({ name, mutations }) =>
    mutations.map((mutation) => ({ name, ...mutation })),
  );

  it('has mutations', () => expect(mutations.length).toBeGreaterThan(Object.keys(defects).length));

  it.each(mutations)('$name replaces one place of $file', ({ file, right, wrong }) => {
    expect(readFileSync(join(projectRoot, file), 'utf8').split(right)).toHaveLength(2);
    expect(wrong('true')).not.toContain(right);
  });
});
