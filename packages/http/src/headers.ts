/** The revision that a reader must have reached to see the effect of a command: `<service>/<stream>@<revision>`. */
export const CONSISTENCY_TOKEN = 'Consistency-Token';
