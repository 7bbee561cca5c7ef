import { Schema, type Connection, type Model } from 'mongoose';
import type { BlockedStream, FeedPartition, StoredDocument } from '../checkpoints';
import { versionName, type Projection, type ProjectionVersion } from '../projection';

/** A stored document: the fields of the projection's schema, and what makes writing it idempotent. */
export type Row = Readonly<{
  _id: string;
  rev: number;
  applied: Readonly<Record<FeedPartition, number>>;
  blocked: readonly BlockedStream[];
}>;

export const storedFrom = ({ _id: key, rev, applied, blocked, ...document }: Row): StoredDocument => ({
  key,
  rev,
  applied,
  blocked,
  document,
});

/** The row after the next write. */
export const rowFrom = ({ key, rev, applied, blocked, document }: StoredDocument): Row => ({
  ...document,
  _id: key,
  rev: rev + 1,
  applied,
  blocked,
});

/** The Mongoose schema of a projection's collection, strict and with an index for each list. */
export const schemaOf = ({ name, schema, lists = [] }: Projection): Schema<Row> => {
  if (schema === undefined) throw new Error(`${name} is stored in MongoDB but declares no schema.`);
  const whole = new Schema<Row>(
    {
      ...schema,
      _id: { type: String, required: true },
      rev: { type: Number, required: true },
      applied: { type: Schema.Types.Mixed, required: true },
      blocked: { type: Schema.Types.Mixed, required: true },
    },
    { strict: 'throw', versionKey: false, minimize: false, autoCreate: false, autoIndex: false },
  );
  for (const { by, sort, descending } of lists) {
    const direction = descending ? -1 : 1;
    whole.index({ [by]: 1, [sort]: direction, _id: direction });
  }
  return whole;
};

export const modelOf = (connection: Connection, version: ProjectionVersion): Model<Row> => {
  const name = versionName(version);
  return (connection.models[name] ??
    connection.model(name, schemaOf(version.projection), name)) as Model<Row>;
};

/**
 * The strictness of the schema without its cost: hydrating a document takes 15 times as long as serializing it, so rows
 * go to the driver as they are, and only their field names are compared.
 * @throws Error for a field that the schema lacks
 */
export const assertDeclared = (model: Model<Row>, row: Row): void => {
  for (const field of Object.keys(row))
    if (model.schema.pathType(field) === 'adhocOrUndefined')
      throw new Error(`${model.modelName} declares no field ${field}.`);
};
