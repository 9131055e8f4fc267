import { AwsError } from '../aws-endpoint/aws-service.ts';
import type { Secret, SecretStore, SecretValue } from './secret-store.ts';

/** Largest value of a secret; Secrets Manager's own limit. */
const VALUE_BYTES_MAX = 65_536;

/** Finds a secret by name or ARN, also one that is marked for deletion. */
export function findSecret(store: SecretStore, secretId: string): Secret {
  const secret = store.get(secretId);
  if (secret !== undefined) return secret;
  throw new AwsError(
    'ResourceNotFoundException',
    "Secrets Manager can't find the specified secret.",
  );
}

/** Finds a secret that may be used. */
export function findUsable(store: SecretStore, secretId: string): Secret {
  const secret = findSecret(store, secretId);
  if (secret.deletion === undefined) return secret;
  throw invalidRequest(
    "You can't perform this operation on the secret because it was marked for deletion.",
  );
}

/** Takes the value out of a request; `undefined` when it has none. */
export function valueIn(request: {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: string | undefined;
}): SecretValue | undefined {
  const { SecretString: text, SecretBinary: base64 } = request;
  if (text === undefined && base64 === undefined) return undefined;
  if (text !== undefined && base64 !== undefined) {
    throw invalidParameter("You can't specify both a binary and a string secret value.");
  }
  if (Buffer.byteLength(text ?? base64 ?? '') > VALUE_BYTES_MAX) {
    throw invalidParameter(`A secret's value has at most ${VALUE_BYTES_MAX} bytes.`);
  }
  return { text, base64 };
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

export function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequestException', message);
}
