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

let guard: ChildProcess | undefined;
const guarded = new Set<number>();

const say = (sign: '+' | '-', group: number): void => {
  guard?.stdin?.write(`${sign} ${group}\n`);
};

const startGuard = (): void => {
  const started = spawn('/bin/sh', ['-c', SCRIPT], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  guard = started;
  started.stdin.on('error', () => undefined); // It died; its exit starts another.
  started.once('exit', () => {
    if (guard !== started) return;
    guard = undefined;
    if (guarded.size > 0) startGuard();
  });
  started.unref();
  (started.stdin as unknown as { unref: () => void }).unref(); // The guard must not keep this process alive.
  for (const group of guarded) say('+', group);
};

/** From now on the process group ends with this process. */
export const watchGroup = (group: number): void => {
  guarded.add(group);
  if (guard) say('+', group);
  else startGuard();
};

/** To be called as soon as the group is gone, for its number may be given to another. */
export const unwatchGroup = (group: number): void => {
  if (!guarded.delete(group)) return;
  say('-', group);
  if (guarded.size > 0) return;
  guard?.stdin?.end();
  guard = undefined;
};
