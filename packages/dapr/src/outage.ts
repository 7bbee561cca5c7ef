/**
 * A part of the system gave no usable answer: the sidecar, the database, the broker or the called service.
 * Whether the request took effect is unknown. Asking again, with the same ids, is always right.
 */
export class Outage extends Error {
  override name = 'Outage';

  /** Outages are logged, queries of requests hold personal data, and sidecars tell the URL of what failed. */
  constructor(message: string, options?: ErrorOptions) {
    super(message.replaceAll(/\?[^\s"]*/g, '?…'), options);
  }
}
