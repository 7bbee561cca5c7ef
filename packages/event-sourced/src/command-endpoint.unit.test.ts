import { expectedRevisions } from './command-endpoint';

describe('the revisions in If-Match', () => {
  it.each<readonly [string | undefined, readonly number[] | 'any' | undefined]>([
    [undefined, undefined],
    ['*', 'any'],
    [' * ', 'any'],
    ['"3"', [3]],
    ['"0"', [0]],
    ['"3", "4"', [3, 4]],
    ['"3","4" ,  "5"', [3, 4, 5]],
    ['"3",, "4"', [3, 4]],
    ['W/"3"', []],
    ['W/"3", "4"', [4]],
    ['"abc", "4"', [4]],
    ['"a,b", "4"', [4]],
    ['"*"', []],
    ['""', []],
    ['3', []],
    ['"3', []],
    ['"3" "4"', []],
    ['"-1"', []],
    ['"3.0"', []],
    ['"1234567890123456"', []],
    ['', []],
  ])('are, for %j, %j', (header, revisions) => expect(expectedRevisions(header)).toEqual(revisions));
});
