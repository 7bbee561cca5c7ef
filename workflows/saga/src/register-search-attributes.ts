import type { ConnectionLike } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { searchAttributes } from './search-attributes';

const { IndexedValueType } = temporal.api.enums.v1;

/** Makes the search attributes known to the server, which would refuse to start a saga without them. */
export const registerSearchAttributes = async (
  { operatorService }: ConnectionLike,
  namespace: string,
): Promise<void> => {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(searchAttributes).filter(({ name }) => customAttributes[name] === undefined);
  if (missing.length === 0) return;
  await operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(
      missing.map(({ name, type }) => [name, IndexedValueType[`INDEXED_VALUE_TYPE_${type}`]]),
    ),
  });
};
