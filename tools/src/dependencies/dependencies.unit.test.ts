import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '../ports';
import { programs } from '../toolchain/programs';
import { CLEAN, reportOf, NO_RESULT, VULNERABLE, type Advisory, type SourceResult } from './advisories';
import { auditGo } from './go';
import { auditNpm } from './npm';

const advisory: Advisory = { id: 'GHSA-1', dependency: 'left-pad', url: 'https://example.com/GHSA-1' };
const clean: SourceResult = { part: 'npm packages', source: 'npm audit', checked: 900, advisories: [] };
const vulnerable: SourceResult = { ...clean, advisories: [advisory] };
const silent: SourceResult = { part: 'Go modules of redis', source: 'api.osv.dev', failure: 'ENOTFOUND' };

describe('the report', () => {
  it.each<[string, SourceResult[], Record<string, string>, { exitCode: number; output: string }]>([
    ['all know of nothing', [clean, clean], {}, { exitCode: CLEAN, output: 'No advisory found.' }],
    [
      'one knows of an advisory',
      [clean, vulnerable],
      {},
      { exitCode: VULNERABLE, output: 'are not accepted' },
    ],
    ['one of them is silent, too', [vulnerable, silent], {}, { exitCode: VULNERABLE, output: 'ENOTFOUND' }],
    ['it is accepted', [vulnerable], { 'GHSA-1': 'unused' }, { exitCode: CLEAN, output: 'accepted: unused' }],
    ['one source is silent', [clean, silent], {}, { exitCode: NO_RESULT, output: 'not every source' }],
    ['all are silent', [silent, silent], {}, { exitCode: NO_RESULT, output: 'No source responded' }],
  ])('of sources of which %s', (_when, responses, accepted, { exitCode, output }) =>
    expect(reportOf(responses, accepted)).toEqual({
      exitCode,
      text: expect.stringContaining(output) as unknown,
    }),
  );
});

describe('a source', () => {
  let server: Server;
  let url: string;
  let requests: { path: string; body: string }[];
  let reply: (path: string) => Readonly<{ status: number; body: unknown }>;
  beforeAll(async () => {
    server = createServer((req, res) => {
      let body = '';
      req.setEncoding('latin1').on('data', (part: string) => (body += part));
      req.on('end', () => {
        requests.push({ path: req.url!, body });
        const response = reply(req.url!);
        res
          .writeHead(response.status, { 'content-type': 'application/json' })
          .end(JSON.stringify(response.body));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => (requests = []));
  afterAll(() => server.close());

  const modules = async () => [
    { name: 'stdlib', version: '1.26.8' },
    { name: 'github.com/alicebob/miniredis/v2', version: '2.35.0' },
  ];
  const goAnswer = () => auditGo(programs.redis, { osv: url, modules });

  it('of Go modules gets each one with its version, and its advisories name them', async () => {
    reply = () => ({ status: 200, body: { results: [{}, { vulns: [{ id: 'GO-2026-1' }] }] } });
    expect(await goAnswer()).toEqual({
      part: 'Go modules of redis',
      source: new URL(url).host,
      checked: 2,
      advisories: [
        {
          id: 'GO-2026-1',
          dependency: 'github.com/alicebob/miniredis/v2@2.35.0',
          url: 'https://osv.dev/vulnerability/GO-2026-1',
        },
      ],
    });
    expect(requests.map(({ path, body }) => [path, JSON.parse(body)])).toEqual([
      [
        '/v1/querybatch',
        {
          queries: (await modules()).map(({ name, version }) => ({
            package: { ecosystem: 'Go', name },
            version,
          })),
        },
      ],
    ]);
  });

  it.each([
    ['responds with an error', { status: 503, body: {} }, /^status 503$/],
    ['leaves out a module', { status: 200, body: { results: [{}] } }, /is missing/],
    ['responds with something else', { status: 200, body: {} }, /results/],
  ])('of Go modules that %s counts as silent', async (_what, response, failure) => {
    reply = () => response;
    expect(await goAnswer()).toMatchObject({ failure: expect.stringMatching(failure) as unknown });
  });

  it('of Go modules that cannot be reached counts as silent', async () => {
    const osv = `http://127.0.0.1:${await freePort()}`;
    expect(await auditGo(programs.redis, { osv, modules })).toMatchObject({
      failure: expect.stringContaining('ECONNREFUSED') as unknown,
    });
  });

  it('of npm packages reports the advisories about them', async () => {
    const found = {
      id: 1_234,
      url: 'https://github.com/advisories/GHSA-abcd',
      title: 'Prototype pollution',
      severity: 'high',
      vulnerable_versions: '*',
    };
    // npm also looks up which versions of the package, and of those that depend on it, are affected.
    reply = (path) => {
      if (path.endsWith('/bulk')) return { status: 200, body: { pg: [found] } };
      const name = decodeURIComponent(path.slice(1));
      return { status: 200, body: { name, versions: { '8.23.1': { name, version: '8.23.1' } } } };
    };
    expect(await auditNpm(url)).toMatchObject({
      checked: expect.any(Number) as unknown,
      advisories: [{ id: 'GHSA-abcd', dependency: 'pg', title: 'Prototype pollution', url: found.url }],
    });
  });

  it('of npm packages that takes no audits counts as silent', async () => {
    reply = () => ({ status: 405, body: {} });
    expect(await auditNpm(url)).toMatchObject({
      failure: expect.stringContaining('405 Method Not Allowed') as unknown,
    });
  });
});
