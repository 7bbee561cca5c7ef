/**
 * The sidecar, the database, the broker or the called service did not give a usable response. Whether the request took
 * effect is unknown: retry it with the same ids.
 */
export class Outage extends Error {
  override name = 'Outage';

  /** Removes query strings from the message: it is logged, contains URLs, and their queries may hold personal data. */
  constructor(message: string, options?: ErrorOptions) {
    super(message.replaceAll(/\?[^\s"]*/g, '?…'), options);
  }
}
