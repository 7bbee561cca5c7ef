import { percentile, sumOf } from '@bankside/std';
import { kindOf, processKinds } from '../fault-schedule';
import type { Report } from '../report';
import { isNotReadyInTime, type InjectedDisruption } from '../timeline';
import { escaped, figure, plural, table } from './html';
import { isFinished, nightHolds, resultHolds, type Night, type SeedResult } from './night';
import { disruptionKinds, disruptionNames, pictureOf } from './picture';
import { STYLE } from './style';

/** Violations of each check that the page shows. */
const SHOWN_VIOLATIONS = 100;
const NEVER = '<strong class="bad">never</strong>';

const reportsIn = ({ results }: Night): readonly Report[] =>
  results.flatMap((result) => ('report' in result ? [result.report] : []));
const violated = ({ violations }: Report): readonly (readonly [check: string, found: readonly string[]])[] =>
  Object.entries(violations).filter(([, found]) => found.length > 0);
const operationsIn = ({ commands, reads }: Report): number => commands.sent + sumOf(Object.values(reads));

const repeatOf = (seed: number, minutes: number): string =>
  `<p>Repeat: <code>npm run chaos -- --seed ${seed} --minutes ${minutes}</code></p>`;

const stateOf = (result: SeedResult): string => {
  if (!('report' in result)) return 'did not finish';
  const count = violated(result.report).length;
  return count === 0 ? 'every check holds' : `${plural(count, 'check')} violated`;
};

const verdictOf = (night: Night): string => {
  const { seeds, results } = night;
  const bad = results.filter((result) => !resultHolds(result));
  if (bad.length > 0)
    return `Failed: ${bad.map((result) => `seed ${result.seed}, ${stateOf(result)}`).join('; ')}`;
  return isFinished(night)
    ? `Passed: every check holds for ${plural(seeds.length, 'seed')}`
    : `Not finished: ${results.length} of ${plural(seeds.length, 'seed')} so far, every check holds`;
};

const overview = (night: Night): string =>
  table(
    'Runs',
    ['Seed', 'Result', 'Commands', 'Operations checked', 'Events', 'Disruptions', 'Quiescent after'],
    night.seeds.map((seed) => {
      const result = night.results.find((one) => one.seed === seed);
      if (result === undefined) return [String(seed), 'not run', ...Array<string>(5).fill('–')];
      const name = `<a href="#seed-${seed}">${seed}</a>`;
      const state = resultHolds(result) ? stateOf(result) : `<strong class="bad">${stateOf(result)}</strong>`;
      if (!('report' in result)) return [name, state, ...Array<string>(5).fill('–')];
      const { report } = result;
      return [
        name,
        state,
        figure(report.commands.sent),
        figure(operationsIn(report)),
        figure(report.events),
        figure(report.timeline.disruptions.length),
        `${figure(report.quiescenceSeconds)} s`,
      ];
    }),
    false,
  );

const violationsOf = (night: Night): string => {
  const bad = night.results.filter((result) => !resultHolds(result));
  if (bad.length === 0) return '';
  const lists = bad.map((result) => {
    const found =
      'report' in result
        ? violated(result.report)
            .map(
              ([check, list]) =>
                `<h4>${escaped(check)}</h4><pre>${list.slice(0, SHOWN_VIOLATIONS).map(escaped).join('\n')}</pre>${
                  list.length > SHOWN_VIOLATIONS
                    ? `<p>and ${figure(list.length - SHOWN_VIOLATIONS)} more</p>`
                    : ''
                }`,
            )
            .join('\n')
        : `<pre>${escaped(result.failure)}</pre>`;
    return `<h3>Seed ${result.seed}: ${stateOf(result)}</h3>\n${repeatOf(result.seed, night.minutes)}\n${found}`;
  });
  return `<section><h2>Failures</h2>\n${lists.join('\n')}\n</section>`;
};

/** Kills by kind of process, the others by their kind. */
const nameOf = ({ kind, target }: InjectedDisruption): string =>
  kind === 'kill' ? `kill of ${kindOf(target)}` : disruptionNames[kind];

const faultTable = (reports: readonly Report[]): string => {
  const all = reports.flatMap(({ timeline }) => timeline.disruptions);
  const names = disruptionKinds.flatMap((kind) =>
    kind === 'kill' ? processKinds.map((process) => `kill of ${process}`) : [disruptionNames[kind]],
  );
  const ms = (value: number): string => (Number.isNaN(value) ? '–' : `${figure(Math.round(value))} ms`);
  return table(
    'Faults by kind, and the time until the processes concerned are ready again',
    ['Fault', 'Injected', 'Ready, p50', 'Ready, p99', 'Not ready in time'],
    names.flatMap((name) => {
      const some = all.filter((one) => nameOf(one) === name);
      if (some.length === 0 && name === disruptionNames['restart-broker']) return []; // Only where BROKER_RESTART is set.
      const recoveries = some.flatMap(({ recoveredMs }) => recoveredMs ?? []);
      const late = some.filter(isNotReadyInTime);
      return [
        [
          name,
          some.length === 0 ? NEVER : figure(some.length),
          ms(percentile(recoveries, 0.5)),
          ms(percentile(recoveries, 0.99)),
          recoveries.length + late.length === 0 ? '–' : figure(late.length),
        ],
      ];
    }),
  );
};

const linkTable = (reports: readonly Report[]): string => {
  const all = reports.flatMap(({ links }) => links);
  const kinds = [...new Set(all.map(({ kind }) => kind))].toSorted();
  return table(
    'Faults by kind of link; a fault hits a link when it withholds, delays or resets traffic',
    [
      'Link',
      'Impaired',
      'Hit',
      'Bytes withheld',
      'Bytes delayed',
      'Connections withheld',
      'Reset',
      'Forgotten',
    ],
    kinds.map((kind) => {
      const some = all.filter((one) => one.kind === kind);
      const total = (name: Exclude<keyof (typeof some)[number], 'kind'>): string =>
        figure(sumOf(some.map((one) => one[name])));
      return [
        escaped(kind),
        total('impaired'),
        some.every(({ hit }) => hit === 0) ? NEVER : total('hit'),
        total('withheldBytes'),
        total('delayedBytes'),
        total('withheldConnections'),
        total('resetConnections'),
        total('forgottenConnections'),
      ];
    }),
  );
};

const checksTable = ({ violations }: Report): string =>
  table(
    'Checks',
    ['Check', 'Result'],
    Object.entries(violations).map(([check, found]) => [
      escaped(check),
      found.length === 0
        ? 'holds'
        : `<strong class="bad">violated ${found.length === 1 ? 'once' : `${figure(found.length)} times`}</strong>`,
    ]),
    false,
  );

const seedSection = (result: SeedResult, minutes: number): string => {
  const head = `<section id="seed-${result.seed}"><h2>Seed ${result.seed}: ${stateOf(result)}</h2>`;
  if (!('report' in result)) return `${head}${repeatOf(result.seed, minutes)}</section>`;
  const { commands, timeline, violations } = result.report;
  const title = `Commands per second and disruptions of seed ${result.seed}`;
  return `${head}
<figure><div class="scroll" role="region" tabindex="0" aria-label="${title}">${pictureOf(title, timeline)}</div>
<figcaption>
<span class="key accepted"></span> accepted, <span class="key rejected"></span> rejected, <span class="key unknown"></span> unknown at first:
${figure(commands.sent)} commands, ${figure(commands.rejected)} rejected, ${figure(commands.unknownAtFirst)} without a response at first, ${figure(commands.unknown)} in the end.
Below, ${plural(timeline.disruptions.length, 'disruption')} by kind; the thin line lasts until the processes are ready again, × marks those that were not ready in time.
</figcaption></figure>
<details${resultHolds(result) ? '' : ' open'}><summary>${plural(Object.keys(violations).length, 'check')}</summary>
${checksTable(result.report)}
</details>
${repeatOf(result.seed, minutes)}
</section>`;
};

/** The summary of a night as one HTML file without external resources. */
export const nightPage = (night: Night): string => {
  const reports = reportsIn(night);
  const state = nightHolds(night) ? 'good' : 'bad';
  const totals = `${plural(sumOf(reports.map(operationsIn)), 'operation')} checked in histories, ${plural(sumOf(reports.map(({ commands }) => commands.sent)), 'command')}, ${plural(sumOf(reports.map(({ events }) => events)), 'event')}, ${plural(sumOf(reports.map(({ timeline }) => timeline.disruptions.length)), 'disruption')}.`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Chaos run: ${escaped(verdictOf(night))}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Chaos run</h1>
<p class="verdict ${state}">${escaped(verdictOf(night))}</p>
<p>Started <time>${escaped(night.startedAt)}</time>; ${plural(night.seeds.length, 'seed')}, ${plural(night.minutes, 'minute')} of load each on a fresh system. ${totals}</p>
${overview(night)}
${violationsOf(night)}
${
  reports.length === 0
    ? ''
    : `<section><h2>Faults and recoveries</h2>
${faultTable(reports)}
${linkTable(reports)}
</section>`
}
${night.results.map((result) => seedSection(result, night.minutes)).join('\n')}
</main>
</body>
</html>
`;
};
