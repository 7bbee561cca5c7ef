import type { ComponentChildren } from 'preact';
import type { Api } from '../../lib/api';
import { faultsOn } from '../../lib/faults';
import { useAction } from '../../lib/hooks';
import { inWords } from '../../lib/in-words';
import type { Service } from '../../lib/system-map';
import { duration, timeOf } from '../../lib/time';

export type Lift = Readonly<{ api: Api; onLifted: () => void }>;

const endOf = ({ faults }: Service, fault: string): string => {
  const until = faults?.until?.[fault as keyof typeof faults.until];
  return until === undefined
    ? 'Click to turn it off'
    : `Ends by itself at ${timeOf(until)}; click to end it now`;
};

/** A fault that is on. A click turns it off. */
const Sticker = ({
  service,
  fault,
  off,
  text,
  api,
  onLifted,
}: Lift & { service: Service; fault: string; off: number | boolean | string; text: string }) => {
  const action = useAction();
  const lift = async (): Promise<void> => {
    const done = await action.run({ fault, service: service.service }, (key) =>
      api.change('PATCH', `/api/faults/${service.service}`, key, { [fault]: off }),
    );
    if (done) onLifted();
  };
  return (
    <button
      type="button"
      class="sticker"
      disabled={action.busy}
      title={action.problem?.body.detail ?? endOf(service, fault)}
      onClick={() => void lift()}
    >
      {text} <span aria-hidden="true">×</span>
      <span class="unseen"> at {service.service}: turn off</span>
    </button>
  );
};

const Jar = ({ count }: { count: number }) => (
  <span class={count > 0 ? 'jar filled' : 'jar'} title="Commits that wait in the outbox">
    <svg viewBox="0 0 12 14" width="12" height="14" aria-hidden="true">
      <path d="M2.5 1h7M3 1v2L1.5 5v7.5h9V5L9 3V1" />
      {count > 0 && <rect x="2.5" y={12 - Math.min(6, count)} width="7" height={Math.min(6, count)} />}
    </svg>
    outbox {count}
  </span>
);

const figuresOf = ({ replicas, p95Ms }: Service): string =>
  [
    `${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`,
    ...(p95Ms === undefined ? [] : [`p95 ${duration(p95Ms)}`]),
  ].join(' · ');

/** A service with its health, faults and outbox. */
export const Box = ({ of, children, ...lift }: Lift & { of: Service; children?: ComponentChildren }) => (
  <section class={`box ${of.state}`} data-service={of.service} data-state={of.state}>
    <h3>
      <span class="dot" aria-hidden="true" />
      {inWords(of.service)}
      {of.state !== 'ok' && <span class="state">{of.state}</span>}
    </h3>
    {of.state !== 'down' && <p class="figures">{figuresOf(of)}</p>}
    {of.outbox !== undefined && <Jar count={of.outbox} />}
    {of.reasons.length > 0 && faultsOn(of.faults ?? {}).length === 0 && (
      <p class="why">{of.reasons.join('. ')}</p>
    )}
    {faultsOn(of.faults ?? {}).map(({ name, off, text }) => (
      <Sticker key={name} service={of} fault={name} off={off} text={text} {...lift} />
    ))}
    {children}
  </section>
);
