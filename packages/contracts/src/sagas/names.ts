import * as sagas from './index';

/** The names of all sagas. */
export const sagaNames = Object.values(sagas).map(({ name }) => name);
