import { randomUUID } from 'node:crypto';
import type * as z from 'zod/mini';
import {
  AwsError,
  type AwsIdentity,
  type AwsService,
  errorAnswer,
  jsonAnswer,
  LOCAL_IDENTITY,
  parseBody,
  type WallClock,
} from '../aws-endpoint/aws-service.ts';
import {
  createRequest,
  createSecret,
  putRequest,
  putSecretValue,
  type SecretParts,
  updateRequest,
  updateSecret,
} from './change-secret.ts';
import {
  deleteRequest,
  deleteSecret,
  removeDue,
  restoreRequest,
  restoreSecret,
  tagRequest,
  tagResource,
  untagRequest,
  untagResource,
} from './keep-secret.ts';
import {
  describeRequest,
  describeSecret,
  getSecretValue,
  listRequest,
  listSecrets,
  listVersions,
  valueRequest,
} from './read-secret.ts';
import { openSecretStore } from './secret-store.ts';
import { stageRequest, updateVersionStage } from './update-stage.ts';

/** Secrets Manager for one machine. */
export interface LocalSecretsManager extends AwsService {
  /** Makes sure that a secret's current value is this one; the same value a second time changes nothing. */
  putSecret(name: string, value: string): void;
  close(): void;
}

type Operation = (parts: SecretParts, body: string) => unknown;

const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['CreateSecret', operation(createRequest, createSecret)],
  ['GetSecretValue', operation(valueRequest, getSecretValue)],
  ['PutSecretValue', operation(putRequest, putSecretValue)],
  ['UpdateSecret', operation(updateRequest, updateSecret)],
  ['UpdateSecretVersionStage', operation(stageRequest, updateVersionStage)],
  ['DescribeSecret', operation(describeRequest, describeSecret)],
  ['ListSecrets', operation(listRequest, listSecrets)],
  ['ListSecretVersionIds', operation(describeRequest, listVersions)],
  ['DeleteSecret', operation(deleteRequest, deleteSecret)],
  ['RestoreSecret', operation(restoreRequest, restoreSecret)],
  ['TagResource', operation(tagRequest, tagResource)],
  ['UntagResource', operation(untagRequest, untagResource)],
]);

/** Opens the secrets in a file that only its owner may read. */
export function createSecretsManager(options: {
  readonly file: string;
  readonly clock: WallClock;
  readonly identity?: AwsIdentity;
  /** Makes names that never repeat. */
  readonly newId?: () => string;
}): LocalSecretsManager {
  const { clock, identity = LOCAL_IDENTITY, newId = randomUUID } = options;
  const store = openSecretStore(options.file);
  const parts: SecretParts = { store, clock, identity, newId };

  return {
    async handle(request) {
      try {
        const run = OPERATIONS.get(request.operation) ?? unavailable(request.operation);
        const body = store.atomically(() => {
          removeDue(parts);
          return run(parts, request.body);
        });
        return jsonAnswer('1.1', body);
      } catch (error) {
        return errorAnswer('1.1', error);
      }
    },
    putSecret: (name, value) => store.atomically(() => putSecret(parts, name, value)),
    close: () => store.close(),
  };
}

function putSecret(parts: SecretParts, name: string, value: string): void {
  removeDue(parts);
  const existing = parts.store.get(name);
  if (existing === undefined) {
    createSecret(parts, { Name: name, SecretString: value });
    return;
  }
  if (existing.deletion !== undefined) restoreSecret(parts, { SecretId: name });
  const versions = parts.store.versions(name);
  const current = versions.find((version) => version.stages.includes('AWSCURRENT'));
  if (current?.text !== value) putSecretValue(parts, { SecretId: name, SecretString: value });
}

function operation<T>(
  schema: z.ZodMiniType<T>,
  run: (parts: SecretParts, request: T) => unknown,
): Operation {
  return (parts, body) => run(parts, parseBody(schema, body, 'InvalidParameterException'));
}

function unavailable(name: string): never {
  throw new AwsError(
    'UnknownOperationException',
    `The local Secrets Manager does not know ${name}: it knows ${[...OPERATIONS.keys()].join(', ')}.`,
  );
}
