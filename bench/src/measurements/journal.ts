import { journal as journalView } from '@bankside/projection/views/journal';
import { journalHours } from '@bankside/projection/views/journal-hours';
import { createServiceDatabase, startBacking } from '@bankside/tools';
import { plainJournal } from '../baselines/plain-journal';
import { startOwner } from '../fixtures/owner';
import { rebuildView } from '../fixtures/replica';
import { stopAtEnd } from '../fixtures/until-stopped';
import type { Measurement, Results, RunOptions, Subject } from '../harness/measurement';
import { alternate } from '../harness/rounds';

const ENTRIES = 20_000;
/** A deposit debits one account of the chart and credits another. */
const LINES_PER_ENTRY = 2;
/** The size of a page of a feed, which a view writes at once. */
const BATCH = 500;

const JOURNAL = 'journal, from nothing';
const HOURS = 'journal-hours, from nothing';
const BARE = 'entries and postings inserted in two tables';

const measureJournal = async ({ log, rounds = 3 }: RunOptions): Promise<Results> => {
  const backing = stopAtEnd(await startBacking({ postgres: true, ferretdb: true }));
  Object.assign(process.env, backing.env);
  const owner = stopAtEnd(await startOwner());
  const sources = { pullFrom: owner.pullFrom, mongodbUrl: backing.env['BANKSIDE_TEST_MONGODB']! };
  const tables = await createServiceDatabase('journal', []);
  const rival = stopAtEnd(await plainJournal(tables.ownerUrl));
  await owner.fill(ENTRIES);
  const ids = Array.from({ length: ENTRIES }, (_, n) => `accounts/0/${String(n).padStart(12, '0')}`);
  const lines = (perSecond: number) => ({ throughput: perSecond * LINES_PER_ENTRY });

  const subjects: readonly Subject[] = [
    ...(
      [
        [JOURNAL, journalView],
        [HOURS, journalHours],
      ] as const
    ).map(([name, view]) => ({
      name,
      run: async () => lines((await rebuildView(sources, view, ENTRIES))['throughput']!),
    })),
    {
      name: BARE,
      run: async () => {
        await rival.clear();
        const begun = performance.now();
        for (let at = 0; at < ENTRIES; at += BATCH) await rival.insert(ids.slice(at, at + BATCH));
        return lines((ENTRIES / (performance.now() - begun)) * 1_000);
      },
    },
  ];
  const results = await alternate(subjects, { rounds, log });
  return {
    rows: results.rows('throughput', 'lines/s'),
    goals: [
      {
        name: 'journal',
        what: 'journal over plain inserts',
        samples: results.ratio('throughput', JOURNAL, BARE),
      },
    ],
    notes: [
      `${ENTRIES} entries of two lines each, from the feed of one service; both views are rebuilt from nothing, one at a time.`,
      `The baseline inserts batches of ${BATCH} entries, which it does not derive from events.`,
    ],
  };
};

export const journal: Measurement = {
  name: 'journal',
  title: 'Lines of the double-entry journal, written from the feed, compared with plain inserts',
  run: measureJournal,
};
