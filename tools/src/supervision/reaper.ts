import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Ends what this process started when this process is gone, however it went: a shell in a session of its own that
 * holds the process groups in a list and sees its standard input close. It asks politely, then kills after 5 seconds.
 */
const SCRIPT = `
alive=' '
while read -r sign group; do
  case $sign in
    +) alive="$alive$group " ;;
    -) case $alive in *" $group "*) alive="\${alive%% $group *} \${alive#* $group }" ;; esac ;;
  esac
done
for group in $alive; do kill -s TERM -- "-$group"; kill -s CONT -- "-$group"; done
round=0
while [ $round -lt 50 ]; do
  left=''
  for group in $alive; do kill -s 0 -- "-$group" && left="$left $group"; done
  [ -z "$left" ] && exit 0
  alive=$left
  sleep 0.1
  round=$((round + 1))
done
for group in $alive; do kill -s KILL -- "-$group"; done
`;

let reaper: ChildProcess | undefined;
const groups = new Set<number>();

const send = (sign: '+' | '-', group: number): void => {
  reaper?.stdin?.write(`${sign} ${group}\n`);
};

const startReaper = (): void => {
  const started = spawn('/bin/sh', ['-c', SCRIPT], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  reaper = started;
  started.stdin.on('error', () => undefined); // It died; its exit starts another.
  started.once('exit', () => {
    if (reaper !== started) return;
    reaper = undefined;
    if (groups.size > 0) startReaper();
  });
  started.unref();
  (started.stdin as unknown as { unref: () => void }).unref(); // The guard must not keep this process alive.
  for (const group of groups) send('+', group);
};

/** From now on the process group ends with this process. */
export const reapGroup = (group: number): void => {
  groups.add(group);
  if (reaper) send('+', group);
  else startReaper();
};

/** To be called as soon as the group is gone, for its number may be given to another. */
export const releaseGroup = (group: number): void => {
  if (!groups.delete(group)) return;
  send('-', group);
  if (groups.size > 0) return;
  reaper?.stdin?.end();
  reaper = undefined;
};
