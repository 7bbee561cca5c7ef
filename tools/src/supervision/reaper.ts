import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Terminates the process groups of this process once it is gone, however it ended: a shell in a session of its own that
 * keeps the list of groups and reads until its standard input is closed. It sends SIGTERM, then SIGKILL after 5 seconds.
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
  started.stdin.on('error', () => undefined); // It ended; its exit handler starts another.
  started.once('exit', () => {
    if (reaper !== started) return;
    reaper = undefined;
    if (groups.size > 0) startReaper();
  });
  started.unref();
  (started.stdin as unknown as { unref: () => void }).unref(); // It must not keep this process alive.
  for (const group of groups) send('+', group);
};

/** Has the process group terminated when this process ends. */
export const reapGroup = (group: number): void => {
  groups.add(group);
  if (reaper) send('+', group);
  else startReaper();
};

/** Must be called as soon as the group is gone: the system may reuse its number. */
export const releaseGroup = (group: number): void => {
  if (!groups.delete(group)) return;
  send('-', group);
  if (groups.size > 0) return;
  reaper?.stdin?.end();
  reaper = undefined;
};
