import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from '../cluster/generated-files';
import { projectRoot } from '../root';

/** Renders everything that derives from the charts. */
export const k8s = async (): Promise<number> => {
  const files = await generatedFiles();
  for (const [file, text] of files) writeFileSync(join(projectRoot, file), text);
  process.stdout.write(`Wrote ${[...files.keys()].join(', ')}\n`);
  return 0;
};
