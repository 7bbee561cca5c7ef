import type { ConsumersOfService } from '../lib/api-types';
import { duration } from '../lib/time';
import { State } from './basics';

export const LAG_HEAD = ['Source', 'Position', 'Head', 'Missing', 'Age', 'State'] as const;

type Lag = Pick<
  ConsumersOfService['consumers'][number],
  'source' | 'partition' | 'position' | 'head' | 'events' | 'seconds' | 'state'
>;

/** The cells of a row under `LAG_HEAD`: the lag behind one partition of a source. */
export const LagCells = ({
  of: { source, partition, position, head, events, seconds, state },
}: {
  of: Lag;
}) => (
  <>
    <td>
      {source}
      {partition > 0 && ` /${partition}`}
    </td>
    <td>{position}</td>
    <td>{head}</td>
    <td>{events}</td>
    <td>{seconds === 0 ? '–' : duration(seconds * 1_000)}</td>
    <td>
      <State of={state} />
    </td>
  </>
);
