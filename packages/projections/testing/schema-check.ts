import { createConnection } from 'mongoose';
import type { Projection } from '../src/projection';
import { schemaOf } from '../src/stores/mongo-documents';

/**
 * Validates documents against the Mongoose schema of their projection: types, enumerations and nested fields, of which
 * the writer checks only the names of the outermost.
 * @throws Error for the first document that does not match
 */
export const validateDocuments = async (
  projection: Projection,
  documents: ReadonlyMap<string, object>,
): Promise<void> => {
  const Row = createConnection().model(projection.name, schemaOf(projection));
  for (const [key, document] of documents)
    await new Row({ ...document, _id: key, rev: 1, applied: {}, blocked: [] }).validate();
};
