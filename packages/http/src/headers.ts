/** How far a reader must be to see what a command wrote: `<service>/<stream>@<revision>`. */
export const CONSISTENCY_TOKEN = 'Consistency-Token';
