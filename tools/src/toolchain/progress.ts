export type Progress = Readonly<{
  update: (detail: string, title?: string) => void;
  end: (text: string) => void;
}>;

const LINE_EVERY_MS = 15_000;
const FRAME_EVERY_MS = 120;
const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';

export const duration = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

/** Shows the progress of a long operation: one line that changes on a terminal, a line every 15 seconds elsewhere. */
export const progress = (firstTitle: string, out: NodeJS.WriteStream = process.stderr): Progress => {
  const startedAt = Date.now();
  const live = out.isTTY === true;
  let title = firstTitle;
  let detail = '';
  let frame = 0;
  const text = () => `${title}, ${duration(Date.now() - startedAt)}${detail && `: ${detail}`}`;
  const draw = () => {
    const line = `${FRAMES[(frame += 1) % FRAMES.length]} ${text()}`;
    out.write(live ? `\r\x1b[2K${line.slice(0, out.columns - 1)}` : `${text()}\n`);
  };
  if (!live) out.write(`${title}\n`);
  const timer = setInterval(draw, live ? FRAME_EVERY_MS : LINE_EVERY_MS);
  timer.unref();
  return {
    update: (news, newTitle = title) => {
      [detail, title] = [news, newTitle];
    },
    end: (last) => {
      clearInterval(timer);
      out.write(`${live ? '\r\x1b[2K' : ''}${last} (${duration(Date.now() - startedAt)})\n`);
    },
  };
};
