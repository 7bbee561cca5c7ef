import { useRef } from 'preact/hooks';
import {
  byName,
  sagasByMinute,
  total,
  withNewer,
  withNewerMarks,
  type Curves as Response,
  type Line,
  type Mark,
  type Sample,
} from '../../lib/curves';
import { useLoad } from '../../lib/hooks';
import { counted, inWords } from '../../lib/in-words';
import { duration, timeOf } from '../../lib/time';
import type { PageProps } from '../../page-props';
import { Badge, Card, Empty, Page, Table } from '../../parts/basics';
import { Chart, type Span } from '../../parts/chart';
import { WhenLoaded } from '../../parts/loaded';

const REFRESH_MS = 5_000;
const KEPT_MS = 15 * 60_000;
const ENDS = ['confirmed', 'rejected', 'cancelled', 'failed', 'aborted'] as const;

const plain = (value: number): string =>
  value < 10 ? String(Math.round(value * 100) / 100) : String(Math.round(value));
const seconds = (value: number): string => (value === 0 ? '0 s' : duration(value * 1_000));

type Minutes = ReturnType<typeof sagasByMinute>;

const endLines = (minutes: Minutes): readonly Line[] =>
  ENDS.filter((end) => minutes.some(({ ends }) => ends[end] !== undefined)).map((end) => ({
    name: inWords(end),
    points: minutes.map(({ at, ends }) => ({ at, value: ends[end] ?? 0 })),
  }));

const Charts = ({
  samples,
  marks,
  span,
}: {
  samples: readonly Sample[];
  marks: readonly Mark[];
  span: Span;
}) => {
  const minutes = sagasByMinute(samples);
  const common = { span, marks };
  const p95: Line = {
    name: '95th percentile',
    points: minutes.map(({ at, p95Seconds }) => ({ at, value: p95Seconds })),
  };
  return (
    <div class="charts">
      <Chart
        title="Commits and published events, a second"
        format={plain}
        lines={[
          total(samples, 'commitsPerSecond', 'Commits'),
          total(samples, 'publishedPerSecond', 'Published'),
        ]}
        {...common}
      />
      <Chart title="Commits in the outbox" format={plain} lines={byName(samples, 'outbox')} {...common} />
      <Chart
        title="Lag of the views"
        format={seconds}
        lines={byName(samples, 'lagSeconds', 'projection')}
        {...common}
      />
      <Chart title="Ended sagas, a minute" format={plain} lines={endLines(minutes)} {...common} />
      <Chart title="Duration of sagas" format={seconds} lines={[p95]} {...common} />
    </div>
  );
};

const mean = (samples: readonly Sample[], figure: 'commitsPerSecond' | 'publishedPerSecond'): string => {
  const points = total(samples, figure, '').points.map(({ value = 0 }) => value);
  return plain(points.reduce((sum, one) => sum + one, 0) / points.length);
};
const most = (samples: readonly Sample[], figure: 'outbox' | 'lagSeconds'): number =>
  Math.max(0, ...samples.flatMap((sample) => Object.values(sample[figure])));

const Figures = ({ minutes, marks }: { minutes: Minutes; marks: readonly Mark[] }) => (
  <Table
    caption="Figures by minute"
    head={['Minute', 'Commits/s', 'Published/s', 'Outbox, most', 'Lag, most', 'Sagas', 'p95', 'Marks']}
  >
    {minutes.toReversed().map(({ at, ends, p95Seconds, samples }) => (
      <tr key={at}>
        <td>{timeOf(new Date(at).toISOString())}</td>
        <td>{mean(samples, 'commitsPerSecond')}</td>
        <td>{mean(samples, 'publishedPerSecond')}</td>
        <td>{most(samples, 'outbox')}</td>
        <td>{seconds(most(samples, 'lagSeconds'))}</td>
        <td>
          {Object.entries(ends)
            .map(([end, count]) => `${count} ${end}`)
            .join(', ') || '–'}
        </td>
        <td>{p95Seconds === undefined ? '–' : seconds(p95Seconds)}</td>
        <td>
          {marks
            .filter((mark) => Date.parse(mark.at) >= at && Date.parse(mark.at) < at + 60_000)
            .map(({ text }) => text)
            .join('; ') || '–'}
        </td>
      </tr>
    ))}
  </Table>
);

const Shown = ({
  samples,
  marks,
  at,
}: {
  samples: readonly Sample[];
  marks: readonly Mark[];
  at: string;
}) => {
  const to = Date.parse(at);
  const span = { from: Math.max(to - KEPT_MS, Date.parse(samples[0]!.at)), to };
  const shownMarks = marks.filter((mark) => Date.parse(mark.at) >= span.from);
  return (
    <>
      <Card>
        <Charts samples={samples} marks={shownMarks} span={span} />
      </Card>
      <Card title="The same as a table">
        <Figures minutes={sagasByMinute(samples)} marks={shownMarks} />
      </Card>
    </>
  );
};

/** What the system did in the last quarter of an hour. */
export const Curves = ({ api }: PageProps) => {
  const samples = useRef<readonly Sample[]>([]);
  const marks = useRef<readonly Mark[]>([]);
  const loaded = useLoad(
    async () => {
      const last = samples.current.at(-1)?.at;
      const after = last === undefined ? '' : `?after=${encodeURIComponent(last)}`;
      const response = await api.get<Response>(`/api/curves${after}`);
      marks.current = withNewerMarks(marks.current, response);
      samples.current = withNewer(samples.current, response);
      return response;
    },
    [],
    REFRESH_MS,
  );
  return (
    <Page
      title="Curves"
      lead="The last quarter of an hour, kept in memory by the gateway: no Prometheus is needed."
      aside={loaded.data && <Badge>{counted(samples.current.length, 'sample')}</Badge>}
    >
      <WhenLoaded of={loaded}>
        {({ at }) =>
          samples.current.length < 2 ? (
            <Card>
              <Empty>The history begins now. The first curve appears in a few seconds.</Empty>
            </Card>
          ) : (
            <Shown samples={samples.current} marks={marks.current} at={at} />
          )
        }
      </WhenLoaded>
    </Page>
  );
};
