import { buildFailure } from './go-build';

describe('the message of a failed Go build', () => {
  it.each([
    [
      'checksum database',
      'go: github.com/dapr/dapr@v1.18.1: verifying module: github.com/dapr/dapr@v1.18.1: reading https://sum.golang.org/lookup/github.com/dapr/dapr@v1.18.1: 404 Not Found',
    ],
    ['does not match its checksum', 'verifying github.com/a/b@v1.0.0: checksum mismatch'],
    ['do not fit each other', 'missing go.sum entry for module providing package github.com/a/b'],
    [
      'could not be downloaded',
      'Get "https://proxy.golang.org/x": dial tcp: lookup proxy.golang.org: no such host',
    ],
    ['disk is full', 'write /tmp/go-build1/b001/_pkg_.a: no space left on device'],
    ['out of memory', 'github.com/a/b: /usr/lib/go/pkg/tool/linux_amd64/compile: signal: killed'],
  ])('names the cause: %s', (cause, line) => {
    expect(buildFailure('daprd', [line])).toMatch(new RegExp(`^daprd could not be built: .*${cause}`));
  });

  it('ends with the output of Go, and names no cause when the cause is unknown', () => {
    expect(buildFailure('redis', ['./main.go:3:1: syntax error', 'exit status 1'])).toBe(
      'redis could not be built. The last lines of go build:\n./main.go:3:1: syntax error\nexit status 1',
    );
  });
});
