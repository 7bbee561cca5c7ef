import { parseAllDocuments } from 'yaml';

/** A Kubernetes object as it is applied. */
export type Manifest = Readonly<{
  apiVersion: string;
  kind: string;
  metadata: Readonly<{
    name: string;
    namespace?: string;
    labels?: Readonly<Record<string, string>>;
    annotations?: Readonly<Record<string, string>>;
  }>;
  spec?: Readonly<Record<string, unknown>>;
  scopes?: readonly string[];
}>;

/** The objects of a YAML stream. @throws when it is no YAML, or has a key twice */
export const manifestsIn = (yaml: string): readonly Manifest[] =>
  parseAllDocuments(yaml, { uniqueKeys: true }).flatMap((document) => {
    if (document.errors.length > 0) throw document.errors[0]!;
    const value = document.toJS() as Manifest | null;
    return value === null ? [] : [value];
  });

export const idOf = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`;
