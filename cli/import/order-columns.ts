import { wrongInput } from '../command-line/exit-codes.ts';

/** The columns that a file may have: the fields of an order request. */
export const ORDER_COLUMNS: readonly string[] = [
  'accountId',
  'clientOrderId',
  'symbol',
  'side',
  'type',
  'quantity',
  'amount',
  'price',
  'timeInForce',
  'stpMode',
  'validUntil',
  'orderingKey',
  'onNeverPlaced',
  'replaces',
];

const REQUIRED: readonly string[] = ['symbol', 'side', 'type'];

/** What a header means: the field of each column. */
export interface Columns {
  readonly fields: readonly string[];
  /** Where the client order id stands; undefined when ids are derived. */
  readonly idColumn: number | undefined;
}

/**
 * Reads the header line of a file.
 *
 * @param idColumn - the name of the column with the row's id; `clientOrderId` without it
 * @throws CommandFailure naming every column that is wrong
 */
export function readColumns(
  file: string,
  header: readonly string[],
  {
    account,
    idColumn,
  }: { readonly account: string | undefined; readonly idColumn: string | undefined },
): Columns {
  const idName = idColumn ?? 'clientOrderId';
  const known = new Set([...ORDER_COLUMNS, idName]);
  const unknown = header.filter((name) => !known.has(name)).map((name) => `"${name}"`);
  const repeated = header.filter((name, index) => header.indexOf(name) !== index);
  const missing = [...REQUIRED, ...(account === undefined ? ['accountId'] : [])].filter(
    (name) => !header.includes(name),
  );
  const faults = [
    ...(unknown.length > 0 ? [`${unknown.join(', ')} is no field of an order`] : []),
    ...(repeated.length > 0 ? [`${repeated.join(', ')} is there twice`] : []),
    ...missing.map((name) =>
      name === 'accountId' ? 'accountId is missing (or give --account)' : `${name} is missing`,
    ),
    ...(idColumn !== undefined && !header.includes(idColumn)
      ? [`"${idColumn}" (--id-column) is missing`]
      : []),
  ];
  if (faults.length > 0) {
    throw wrongInput(
      `${file} line 1: ${faults.join('; ')}. Columns are ${ORDER_COLUMNS.join(', ')}. Nothing was sent.`,
    );
  }
  const found = header.indexOf(idName);
  return {
    fields: header.map((name) => (name === idName ? 'clientOrderId' : name)),
    idColumn: found === -1 ? undefined : found,
  };
}
