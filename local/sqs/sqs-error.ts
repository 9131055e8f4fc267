/**
 * Says how each error of the service travels: its JSON type, its name in the query protocol and
 * the HTTP status.
 */
const WIRE = {
  BatchEntryIdsNotDistinct: sqs('AWS.SimpleQueueService.BatchEntryIdsNotDistinct'),
  BatchRequestTooLong: sqs('AWS.SimpleQueueService.BatchRequestTooLong'),
  EmptyBatchRequest: sqs('AWS.SimpleQueueService.EmptyBatchRequest'),
  InternalFailure: coral('InternalFailure', 'InternalFailure', 500),
  InvalidAddress: sqs('InvalidAddress', 404),
  InvalidAttributeName: sqs('InvalidAttributeName'),
  InvalidAttributeValue: sqs('InvalidAttributeValue'),
  InvalidBatchEntryId: sqs('AWS.SimpleQueueService.InvalidBatchEntryId'),
  InvalidMessageContents: sqs('InvalidMessageContents'),
  InvalidParameterValue: coral('InvalidParameterValueException', 'InvalidParameterValue'),
  MessageNotInflight: sqs('AWS.SimpleQueueService.MessageNotInflight'),
  MissingParameter: coral('MissingRequiredParameterException', 'MissingParameter'),
  PurgeQueueInProgress: sqs('AWS.SimpleQueueService.PurgeQueueInProgress', 403),
  QueueDoesNotExist: sqs('AWS.SimpleQueueService.NonExistentQueue'),
  QueueNameExists: sqs('QueueAlreadyExists'),
  ReceiptHandleIsInvalid: sqs('ReceiptHandleIsInvalid', 404),
  ResourceNotFoundException: sqs('ResourceNotFoundException', 404),
  SerializationException: coral('SerializationException', 'MalformedInput'),
  TooManyEntriesInBatchRequest: sqs('AWS.SimpleQueueService.TooManyEntriesInBatchRequest'),
  UnknownOperation: coral('UnknownOperationException', 'InvalidAction'),
  UnsupportedOperation: sqs('AWS.SimpleQueueService.UnsupportedOperation'),
} as const;

export type SqsErrorCode = keyof typeof WIRE;

type WireError = { namespace: string; type?: string; queryCode: string; status: number };

function sqs(queryCode: string, status = 400): WireError {
  return { namespace: 'com.amazonaws.sqs', queryCode, status };
}

function coral(type: string, queryCode: string, status = 400): WireError {
  return { namespace: 'com.amazon.coral.service', type, queryCode, status };
}

/** Carries an error of the service by the name the SDK gives it. */
export class SqsError extends Error {
  readonly code: SqsErrorCode;

  constructor(code: SqsErrorCode, message: string) {
    super(message);
    this.name = 'SqsError';
    this.code = code;
  }
}

/** Tells how an error is written on the wire. */
export function wireError(code: SqsErrorCode): {
  type: string;
  queryCode: string;
  status: number;
} {
  const { namespace, type, queryCode, status }: WireError = WIRE[code];
  return { type: `${namespace}#${type ?? code}`, queryCode, status };
}

/** Says that a parameter has a value it cannot have, in the words of the service. */
export function invalidParameter(name: string, value: unknown, reason: string): SqsError {
  return new SqsError(
    'InvalidParameterValue',
    `Value ${String(value)} for parameter ${name} is invalid. Reason: ${reason}`,
  );
}

export function missingParameter(name: string): SqsError {
  return new SqsError('MissingParameter', `The request must contain the parameter ${name}.`);
}
