import type { Progress } from './send';

/** A line on a terminal is redrawn; elsewhere a line is written for each tenth. */
const BAR_WIDTH = 30;
const REDRAW_MS = 100;

/** Progress on stderr, so that stdout stays free for the result. */
export const progressOn = (stream: NodeJS.WriteStream): Progress => {
  let drawnAt = 0;
  let told = '';
  return (what, done, of) => {
    const share = done / of;
    if (!stream.isTTY) {
      const line = `${what}: ${Math.floor(share * 10) * 10} %`;
      if (line !== told) stream.write(`${line}\n`);
      told = line;
      return;
    }
    if (done < of && performance.now() - drawnAt < REDRAW_MS) return;
    drawnAt = performance.now();
    const filled = Math.round(share * BAR_WIDTH);
    stream.write(
      `\r${what.padEnd(9)}${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${done}/${of}${done === of ? '\n' : ''}`,
    );
  };
};
