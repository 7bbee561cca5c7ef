/** How to recognize a program that is installed on this machine. */
export type Installed = Readonly<{
  command: string;
  /** Without it `--version`. */
  versionArgs?: readonly string[];
  /** Where its own installer puts it, below the home folder. */
  folderAtHome?: string;
  fits: (versionOutput: string) => boolean;
  wanted: string;
}>;

/** A program that is not on npm: how to recognize an installed one, and how ours is built. */
export type Program = Readonly<{
  name: ProgramName;
  /** For the message when the program is missing. */
  purpose: string;
  installed?: Installed;
  /** The package to build, inside the Go module `tools/go/<name>`. */
  target: string;
  flags: readonly string[];
}>;

export type ProgramName = 'daprd' | 'temporal' | 'ferretdb' | 'redis' | 'helm';

const DAPR_VERSION = '1.18.1';
const STRIPPED = '-s -w';

type Version = readonly [major: number, minor: number];

const versionIn = (text: string, pattern: RegExp): Version | undefined => {
  const [, major, minor] = pattern.exec(text) ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
};

const isAtLeast = (version: Version | undefined, [major, minor]: Version): boolean =>
  version !== undefined && (version[0] > major || (version[0] === major && version[1] >= minor));

export const programs: Readonly<Record<ProgramName, Program>> = {
  daprd: {
    name: 'daprd',
    purpose: "Dapr's sidecar",
    installed: {
      command: 'daprd',
      folderAtHome: '.dapr/bin',
      wanted: '1.18',
      fits: (text) => /^1\.18\.\d+\s*$/m.test(text),
    },
    target: '.',
    flags: [
      `-ldflags=${STRIPPED} -X github.com/dapr/dapr/pkg/buildinfo.version=${DAPR_VERSION} -X github.com/dapr/kit/logger.DaprVersion=${DAPR_VERSION}`,
    ],
  },
  temporal: {
    name: 'temporal',
    purpose: 'the Temporal server',
    installed: {
      command: 'temporal',
      folderAtHome: '.temporalio/bin',
      wanted: 'a server of 1.29 or later',
      fits: (text) => isAtLeast(versionIn(text, /Server (\d+)\.(\d+)/), [1, 29]),
    },
    target: '.',
    flags: [`-ldflags=${STRIPPED}`],
  },
  ferretdb: {
    name: 'ferretdb',
    purpose: 'the MongoDB protocol on PostgreSQL',
    target: '.',
    flags: [`-ldflags=${STRIPPED}`],
  },
  redis: {
    name: 'redis',
    purpose: 'the message broker',
    installed: {
      command: 'redis-server',
      wanted: '7.0 or later',
      fits: (text) => isAtLeast(versionIn(text, /v=(\d+)\.(\d+)/), [7, 0]),
    },
    target: '.',
    flags: [`-ldflags=${STRIPPED}`],
  },
  helm: {
    name: 'helm',
    purpose: 'which renders the charts in the tests',
    installed: {
      command: 'helm',
      versionArgs: ['version', '--short'],
      wanted: '3.17 or later',
      fits: (text) => isAtLeast(versionIn(text, /v(\d+)\.(\d+)/), [3, 17]),
    },
    target: 'helm.sh/helm/v4/cmd/helm',
    flags: [`-ldflags=${STRIPPED}`],
  },
};
