import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainManifests } from '../cluster/plain';
import { projectRoot } from '../root';

/** Writes k8s/dev anew from the charts. */
export const k8s = async (): Promise<number> => {
  const { files } = await plainManifests();
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(projectRoot, 'k8s', 'dev', name), text);
  process.stdout.write(`Wrote ${Object.keys(files).join(' and ')} to k8s/dev\n`);
  return 0;
};
