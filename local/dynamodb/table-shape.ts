import type { StreamViewType } from './table-settings.ts';

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

export interface IndexDefinition {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection: {
    readonly ProjectionType?: string | undefined;
    readonly NonKeyAttributes?: readonly string[] | undefined;
  };
}

/** A table, in the words of `AWS::DynamoDB::Table`; properties that are not named here have no meaning. */
export interface TableDefinition extends TableShape {
  readonly TableName: string;
  readonly TimeToLiveSpecification?:
    | { readonly AttributeName?: string | undefined; readonly Enabled: boolean }
    | undefined;
  readonly PointInTimeRecoverySpecification?:
    | { readonly PointInTimeRecoveryEnabled?: boolean | undefined }
    | undefined;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined;
}

/** What cannot be changed about a table without creating it afresh. */
export interface TableShape {
  readonly AttributeDefinitions: readonly {
    readonly AttributeName: string;
    readonly AttributeType: string;
  }[];
  readonly KeySchema: readonly KeyElement[];
  readonly GlobalSecondaryIndexes?: readonly IndexDefinition[] | undefined;
  readonly LocalSecondaryIndexes?: readonly IndexDefinition[] | undefined;
  readonly StreamSpecification?: { readonly StreamViewType: StreamViewType } | undefined;
}

/** Says how two shapes differ, a sentence each; empty when they are the same. */
export function shapeDifferences(existing: TableShape, declared: TableShape): string[] {
  const here = facts(existing);
  const wanted = facts(declared);
  const subjects = [...new Set([...here.keys(), ...wanted.keys()])].sort();

  return subjects
    .filter((subject) => here.get(subject) !== wanted.get(subject))
    .map((subject) => {
      const [is, should] = [here.get(subject) ?? 'none', wanted.get(subject) ?? 'none'];
      return `${subject} is ${is}, declared is ${should}`;
    });
}

/** A shape as one comparable text for each of its parts. */
function facts(shape: TableShape): Map<string, string> {
  const types = new Map(
    shape.AttributeDefinitions.map(({ AttributeName, AttributeType }) => [
      AttributeName,
      AttributeType,
    ]),
  );
  const keyText = (key: readonly KeyElement[]) =>
    key
      .map(({ AttributeName: name, KeyType }) => `${KeyType} ${name} (${types.get(name) ?? '?'})`)
      .sort()
      .join(', ');
  const indexFacts = (kind: string, indexes: readonly IndexDefinition[] = []) =>
    indexes.map((index): [string, string] => [
      `${kind} ${index.IndexName}`,
      `${keyText(index.KeySchema)} projecting ${projectionText(index.Projection)}`,
    ]);

  return new Map([
    ['key', keyText(shape.KeySchema)],
    ['stream', shape.StreamSpecification?.StreamViewType ?? 'none'],
    ...indexFacts('global index', shape.GlobalSecondaryIndexes),
    ...indexFacts('local index', shape.LocalSecondaryIndexes),
  ]);
}

function projectionText({ ProjectionType, NonKeyAttributes = [] }: IndexDefinition['Projection']) {
  return [ProjectionType ?? 'ALL', ...[...NonKeyAttributes].sort()].join(' ');
}
