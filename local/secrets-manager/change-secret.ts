import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { AwsError, type AwsIdentity, type WallClock } from '../aws-endpoint/aws-service.ts';
import { findUsable, invalidRequest, valueIn } from './find-secret.ts';
import { CURRENT, moveStage } from './move-stage.ts';
import type { Secret, SecretStore, SecretValue } from './secret-store.ts';

/** Characters of a hash that end a secret's ARN. */
const SUFFIX_LENGTH = 6;

export interface SecretParts {
  readonly store: SecretStore;
  readonly clock: WallClock;
  readonly identity: AwsIdentity;
  readonly newId: () => string;
}

const value = {
  SecretString: z.optional(z.string()),
  SecretBinary: z.optional(z.string()),
  ClientRequestToken: z.optional(z.string()),
};
export const tags = z.array(z.object({ Key: z.string(), Value: z.string() }));
export const secretId = { SecretId: z.string() };

export const createRequest = z.object({
  ...value,
  Name: z.string().check(z.regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/)),
  Description: z.optional(z.string()),
  Tags: z.optional(tags),
});
export const putRequest = z.object({
  ...value,
  ...secretId,
  VersionStages: z.optional(z.array(z.string()).check(z.minLength(1), z.maxLength(20))),
});
export const updateRequest = z.object({
  ...value,
  ...secretId,
  Description: z.optional(z.string()),
});
/** Creates a secret; the same request a second time changes nothing. */
export function createSecret(parts: SecretParts, request: z.infer<typeof createRequest>) {
  const { store, identity } = parts;
  const { Name: name, ClientRequestToken: token } = request;
  const first = valueIn(request);
  const existing = store.get(name);
  if (existing !== undefined) return repeatedCreation(store, existing, { token, first });

  const suffix = createHash('sha256').update(parts.newId()).digest('hex').slice(0, SUFFIX_LENGTH);
  const now = parts.clock.now();
  const secret: Secret = {
    name,
    arn: `arn:aws:secretsmanager:${identity.region}:${identity.accountId}:secret:${name}-${suffix}`,
    description: request.Description ?? '',
    tags: request.Tags ?? [],
    createdAtMs: now,
    changedAtMs: now,
  };
  store.put(secret);
  const versionId = first && addVersion(parts, secret, { value: first, token, stages: [CURRENT] });
  return { ARN: secret.arn, Name: name, VersionId: versionId };
}

/** Adds a version with its stages. */
export function putSecretValue(parts: SecretParts, request: z.infer<typeof putRequest>) {
  const secret = findUsable(parts.store, request.SecretId);
  const added = valueIn(request);
  if (added === undefined) {
    throw invalidRequest('You must provide either SecretString or SecretBinary.');
  }
  const stages = request.VersionStages ?? [CURRENT];
  const token = request.ClientRequestToken;
  const versionId = addVersion(parts, secret, { value: added, token, stages });
  return { ARN: secret.arn, Name: secret.name, VersionId: versionId, VersionStages: stages };
}

/** Changes a description, adds a current version, or both. */
export function updateSecret(parts: SecretParts, request: z.infer<typeof updateRequest>) {
  const secret = findUsable(parts.store, request.SecretId);
  const added = valueIn(request);
  const description = request.Description ?? secret.description;
  const changed = { ...secret, description, changedAtMs: parts.clock.now() };
  parts.store.put(changed);

  const token = request.ClientRequestToken;
  const versionId = added && addVersion(parts, changed, { value: added, token, stages: [CURRENT] });
  return { ARN: secret.arn, Name: secret.name, VersionId: versionId };
}

interface Addition {
  readonly value: SecretValue;
  readonly token: string | undefined;
  readonly stages: readonly string[];
}

function addVersion(parts: SecretParts, secret: Secret, addition: Addition): string {
  const { store, clock } = parts;
  const { name } = secret;
  const versionId = addition.token ?? parts.newId();
  const same = store.versions(name).find((version) => version.versionId === versionId);
  if (same !== undefined) {
    if (isSameValue(same, addition.value)) return versionId;
    throw new AwsError(
      'ResourceExistsException',
      'The operation failed because the ClientRequestToken was already used for another value.',
    );
  }

  const now = clock.now();
  store.addVersion(name, { ...addition.value, versionId, createdAtMs: now });
  for (const stage of addition.stages) moveStage(store, name, { stage, to: versionId });
  store.put({ ...secret, changedAtMs: now });
  return versionId;
}

function repeatedCreation(
  store: SecretStore,
  existing: Secret,
  request: { readonly token: string | undefined; readonly first: SecretValue | undefined },
) {
  const { name, arn } = existing;
  if (existing.deletion !== undefined) {
    throw invalidRequest(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  const { token, first } = request;
  const same = store.versions(name).find((version) => version.versionId === token);
  if (same !== undefined && first !== undefined && isSameValue(same, first)) {
    return { ARN: arn, Name: name, VersionId: token };
  }
  throw new AwsError(
    'ResourceExistsException',
    `The operation failed because the secret ${name} already exists.`,
  );
}

function isSameValue(one: SecretValue, other: SecretValue): boolean {
  return one.text === other.text && one.base64 === other.base64;
}
