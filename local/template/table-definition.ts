import type { KeyDescription, StreamViewType, TableDescription } from './description.ts';

type KeyElement = { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' };

/** A table in the words of `AWS::DynamoDB::Table`. */
export type TableDefinition = {
  readonly TableName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly AttributeDefinitions: readonly {
    readonly AttributeName: string;
    readonly AttributeType: 'S' | 'N' | 'B';
  }[];
  readonly GlobalSecondaryIndexes?: readonly {
    readonly IndexName: string;
    readonly KeySchema: readonly KeyElement[];
    readonly Projection: {
      readonly ProjectionType: string;
      readonly NonKeyAttributes?: readonly string[];
    };
  }[];
  readonly StreamSpecification?: { readonly StreamViewType: StreamViewType };
  readonly TimeToLiveSpecification?: { readonly AttributeName: string; readonly Enabled: true };
  readonly PointInTimeRecoverySpecification: { readonly PointInTimeRecoveryEnabled: boolean };
};

/** Gives the definition that makes the table as its template describes it. */
export function tableDefinition(table: TableDescription): TableDefinition {
  const { stream, timeToLiveAttribute, globalSecondaryIndexes: indexes } = table;
  return {
    TableName: table.name,
    KeySchema: keySchema(table),
    AttributeDefinitions: table.attributes.map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map(({ name, projection, nonKeyAttributes, ...keys }) => ({
        IndexName: name,
        KeySchema: keySchema(keys),
        Projection: {
          ProjectionType: projection,
          ...(nonKeyAttributes.length > 0 && { NonKeyAttributes: nonKeyAttributes }),
        },
      })),
    }),
    ...(stream !== undefined && { StreamSpecification: { StreamViewType: stream.viewType } }),
    ...(timeToLiveAttribute !== undefined && {
      TimeToLiveSpecification: { AttributeName: timeToLiveAttribute, Enabled: true },
    }),
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: table.pointInTimeRecovery },
  };
}

function keySchema({ partitionKey, sortKey }: KeyDescription): KeyElement[] {
  const partition: KeyElement = { AttributeName: partitionKey, KeyType: 'HASH' };
  return sortKey === undefined
    ? [partition]
    : [partition, { AttributeName: sortKey, KeyType: 'RANGE' }];
}
