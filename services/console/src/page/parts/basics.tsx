import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks';
import { detailInWords, errorsByPart, partInWords } from '../lib/field-problems';
import type { ApiProblem } from '../lib/problem';
import { inWords } from '../lib/in-words';
import { restoreScroll } from '../lib/scroll';

export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'quiet';

const TONES: Readonly<Record<string, Tone>> = {
  ok: 'ok',
  done: 'ok',
  confirmed: 'ok',
  completed: 'ok',
  current: 'ok',
  open: 'ok',
  active: 'ok',
  captured: 'ok',
  committed: 'ok',
  live: 'ok',
  stale: 'warn',
  behind: 'warn',
  compensating: 'warn',
  unknown: 'warn',
  skipped: 'warn',
  held: 'warn',
  leaving: 'warn',
  locked: 'warn',
  frozen: 'warn',
  connecting: 'info',
  running: 'info',
  placed: 'info',
  granted: 'info',
  timeout: 'bad',
  unavailable: 'bad',
  rejected: 'bad',
  failed: 'bad',
  stuck: 'bad',
  poison: 'bad',
  broken: 'bad',
  blocked: 'bad',
};

export const toneOf = (state: string): Tone => TONES[state] ?? 'quiet';

export const Badge = ({ tone = 'quiet', children }: { tone?: Tone; children: ComponentChildren }) => (
  <span class={`badge ${tone}`}>{children}</span>
);
export const State = ({ of }: { of: string }) => <Badge tone={toneOf(of)}>{inWords(of)}</Badge>;

/** The heading of a page; it takes the focus after navigation. */
export const Page = ({
  title,
  lead,
  aside,
  children,
}: {
  title: string;
  lead?: ComponentChildren;
  aside?: ComponentChildren;
  children: ComponentChildren;
}) => {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Bankside`;
  }, [title]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    return restoreScroll();
  }, []);
  return (
    <>
      <div class="page-head">
        <div>
          <h1 tabIndex={-1} ref={heading}>
            {title}
          </h1>
          {lead && <p class="lead">{lead}</p>}
        </div>
        {aside && <div class="page-aside">{aside}</div>}
      </div>
      {children}
    </>
  );
};

export const Card = ({
  title,
  aside,
  children,
  wide,
}: {
  title?: ComponentChildren;
  aside?: ComponentChildren;
  children?: ComponentChildren;
  wide?: boolean;
}) => (
  <section class={wide ? 'card wide' : 'card'}>
    {(title !== undefined || aside !== undefined) && (
      <header class="card-head">
        {title !== undefined && <h2>{title}</h2>}
        {aside !== undefined && <div class="card-aside">{aside}</div>}
      </header>
    )}
    {children}
  </section>
);

const Reasons = ({ of }: { of: NonNullable<ApiProblem['body']['reasons']> }) => (
  <ul>
    {of.map((reason) => (
      <li key={reason.title}>
        <strong>{reason.title}</strong> {reason.detail}
      </li>
    ))}
  </ul>
);

const FieldErrors = ({ of }: { of: readonly (readonly [part: string, words: string])[] }) => (
  <ul>
    {of.map(([part, words]) => (
      <li key={part}>
        {part !== '' && <strong>{partInWords(part)}:</strong>} {words}
      </li>
    ))}
  </ul>
);

/** Whether fields show all of a problem. One without pointers may be about any of several, of which a form has some. */
const isAtFields = ({ body }: ApiProblem, shown: number, others: number): boolean =>
  shown > 0 && (others === 0 || body.errors === undefined);

/** A problem of the API in words; `shown` are the parts of the request whose errors stand at their fields. */
export const Problem = ({
  of,
  retry,
  shown = [],
}: {
  of: ApiProblem | undefined;
  retry?: (() => void) | undefined;
  shown?: readonly string[];
}) => {
  if (of === undefined) return null;
  const { title, detail, reasons = [], errors } = of.body;
  const byPart = errorsByPart(of.body);
  const rest = [...byPart].filter(([part]) => !shown.includes(part));
  if (isAtFields(of, byPart.size - rest.length, rest.length))
    return (
      <p class="problem" role="alert">
        Nothing was changed. See the marked {byPart.size - rest.length === 1 ? 'field' : 'fields'}.
      </p>
    );
  return (
    <div class="problem" role="alert">
      <strong>{title}</strong>
      {errors === undefined ? (
        <p>{detail}</p>
      ) : (
        <FieldErrors of={rest.map(([part, error]) => [part, detailInWords(error)])} />
      )}
      {reasons.length > 0 && <Reasons of={reasons} />}
      {retry && (
        <button type="button" class="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
};

export const Empty = ({ children }: { children: ComponentChildren }) => <p class="empty">{children}</p>;
export const Waiting = ({ what = 'Loading' }: { what?: string }) => (
  <p class="waiting" role="status">
    {what}…
  </p>
);

/** Preformatted text that scrolls on overflow, also by keyboard. */
export const Verbatim = ({ label, children }: { label: string; children: string }) => (
  <pre role="region" aria-label={label} tabIndex={0}>
    {children}
  </pre>
);

export const Facts = ({ of }: { of: readonly (readonly [string, ComponentChildren])[] }) => (
  <dl class="facts">
    {of.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);

/** A usage bar; its caption states the same in words. */
export const Meter = ({ share, caption }: { share: number; caption: ComponentChildren }) => {
  const id = useId();
  const percent = Math.round(Math.max(0, Math.min(1, share)) * 100);
  return (
    <div class="meter">
      <div
        class="meter-track"
        role="meter"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <div class="meter-fill" style={{ width: `${percent}%` }} />
      </div>
      <span id={id} class="small">
        {caption}
      </span>
    </div>
  );
};

/** A table that scrolls on overflow. On a phone each row is a card, whose cells are labelled by the head. */
export const Table = ({
  caption,
  head,
  children,
}: {
  caption: string;
  head: readonly (string | JSX.Element)[];
  children: ComponentChildren;
}) => {
  const table = useRef<HTMLTableElement>(null);
  useLayoutEffect(() => {
    const labels = [...table.current!.tHead!.rows[0]!.cells].map(({ textContent }) => textContent ?? '');
    for (const row of table.current!.tBodies[0]!.rows)
      for (const cell of row.cells)
        cell.dataset['label'] = cell.colSpan > 1 ? '' : (labels[cell.cellIndex] ?? '');
  });
  return (
    <div class="table" role="region" aria-label={caption} tabIndex={0}>
      <table ref={table}>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {head.map((one, index) => (
              <th key={index} scope="col">
                {one}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
};
