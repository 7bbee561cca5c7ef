import type { Progress } from './sent';

/** Width of the bar, in characters. */
const BAR_WIDTH = 30;
const REDRAW_MS = 100;

/** Draws a bar in place on a terminal; elsewhere writes one line per 10 %. Uses stderr, so that stdout has only the result. */
export const progressOn = (stream: NodeJS.WriteStream): Progress => {
  let drawnAt = 0;
  let written = '';
  return (what, done, of) => {
    const share = done / of;
    if (!stream.isTTY) {
      const line = `${what}: ${Math.floor(share * 10) * 10} %`;
      if (line !== written) stream.write(`${line}\n`);
      written = line;
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
