import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainManifests } from '../cluster/plain';
import { withTable } from '../cluster/values-table';
import { projectRoot } from '../root';

/** Writes anew what is made from the charts: k8s/dev, and the tables of values in their READMEs. */
export const k8s = async (): Promise<number> => {
  const { files } = await plainManifests();
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(projectRoot, 'k8s', 'dev', name), text);
  for (const chart of ['bankside', 'backing']) {
    const [readme, values] = ['README.md', 'values.yaml'].map((name) =>
      join(projectRoot, 'charts', chart, name),
    );
    writeFileSync(readme!, withTable(readFileSync(readme!, 'utf8'), readFileSync(values!, 'utf8')));
  }
  process.stdout.write(
    `Wrote ${Object.keys(files).join(' and ')} to k8s/dev, and the tables of the charts' values\n`,
  );
  return 0;
};
