type Stop = () => Promise<unknown>;

const started: Stop[] = [];

/** Has a part stopped when the measurement is over or the benchmark is interrupted; the newest part first. */
export const stopLater = <T extends Readonly<{ stop: Stop }>>(part: T): T => {
  started.push(part.stop);
  return part;
};

export const stopAll = async (): Promise<void> => {
  for (let stop = started.pop(); stop !== undefined; stop = started.pop()) await stop();
};
