import * as z from 'zod/mini';
import { AwsError } from '../aws-endpoint/aws-service.ts';
import { type SecretParts, secretId } from './change-secret.ts';
import { findSecret, findUsable, invalidParameter, invalidRequest } from './find-secret.ts';
import { CURRENT } from './move-stage.ts';
import type { Secret, SecretStore, SecretVersion } from './secret-store.ts';

/** Secrets of one page when the caller does not say; Secrets Manager's own limit. */
const PAGE_MAX = 100;

export const valueRequest = z.object({
  ...secretId,
  VersionId: z.optional(z.string()),
  VersionStage: z.optional(z.string()),
});
export const describeRequest = z.object(secretId);
export const listRequest = z.object({
  Filters: z.optional(
    z.array(z.object({ Key: z.string(), Values: z.array(z.string()).check(z.minLength(1)) })),
  ),
  IncludePlannedDeletion: z.optional(z.boolean()),
  MaxResults: z.optional(z.int().check(z.minimum(1), z.maximum(PAGE_MAX))),
  NextToken: z.optional(z.string()),
});

/** Gives the value of one version, the current one unless the caller names another. */
export function getSecretValue({ store }: SecretParts, request: z.infer<typeof valueRequest>) {
  const secret = findUsable(store, request.SecretId);
  const version = chooseVersion(store.versions(secret.name), request);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.versionId,
    SecretString: version.text,
    SecretBinary: version.base64,
    VersionStages: version.stages,
    CreatedDate: version.createdAtMs / 1000,
  };
}

/** Describes a secret, also one that is marked for deletion; never its values. */
export function describeSecret({ store }: SecretParts, request: z.infer<typeof describeRequest>) {
  return describe(store, findSecret(store, request.SecretId));
}

/** Lists secrets by name, a page at a time. */
export function listSecrets({ store }: SecretParts, request: z.infer<typeof listRequest>) {
  const { Filters: filters = [], IncludePlannedDeletion: isAll = false } = request;
  const after = request.NextToken === undefined ? '' : nameIn(request.NextToken);
  const found = store
    .list()
    .filter((secret) => secret.name > after && (isAll || secret.deletion === undefined))
    .filter((secret) => filters.every(({ Key, Values }) => matches(secret, Key, Values)));

  const page = found.slice(0, request.MaxResults ?? PAGE_MAX);
  const last = page.at(-1);
  const hasMore = page.length < found.length && last !== undefined;
  return {
    SecretList: page.map((secret) => {
      const { VersionIdsToStages, ...rest } = describe(store, secret);
      return { ...rest, SecretVersionsToStages: VersionIdsToStages };
    }),
    NextToken: hasMore ? Buffer.from(last.name).toString('base64url') : undefined,
  };
}

/** Lists the versions of a secret, those without a stage too. */
export function listVersions({ store }: SecretParts, request: z.infer<typeof describeRequest>) {
  const secret = findSecret(store, request.SecretId);
  const versions = store.versions(secret.name).map((version) => ({
    VersionId: version.versionId,
    VersionStages: version.stages,
    CreatedDate: version.createdAtMs / 1000,
  }));
  return { ARN: secret.arn, Name: secret.name, Versions: versions };
}

function chooseVersion(
  versions: readonly SecretVersion[],
  { VersionId: id, VersionStage: stage }: z.infer<typeof valueRequest>,
): SecretVersion {
  if (id === undefined) {
    const wanted = stage ?? CURRENT;
    const staged = versions.find((version) => version.stages.includes(wanted));
    if (staged !== undefined) return staged;
    throw noValue(`for staging label: ${wanted}`);
  }
  const named = versions.find((version) => version.versionId === id);
  if (named === undefined) throw noValue(`for VersionId: ${id}`);
  if (stage === undefined || named.stages.includes(stage)) return named;
  throw invalidRequest(`You provided a VersionStage that is not associated to VersionId ${id}.`);
}

function describe(store: SecretStore, secret: Secret) {
  const staged = store.versions(secret.name).filter((version) => version.stages.length > 0);
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    CreatedDate: secret.createdAtMs / 1000,
    LastChangedDate: secret.changedAtMs / 1000,
    // The day the secret was marked: the date it goes is in the answer to DeleteSecret.
    DeletedDate: secret.deletion && secret.deletion.markedAtMs / 1000,
    RotationEnabled: false,
    Tags: secret.tags,
    VersionIdsToStages: Object.fromEntries(staged.map((one) => [one.versionId, one.stages])),
  };
}

/** A filter matches when one of its values does; a value that begins with `!` must not match. */
function matches(secret: Secret, key: string, values: readonly string[]): boolean {
  const texts = filteredTexts(secret, key);
  return values.some((value) => {
    const isNegated = value.startsWith('!');
    const prefix = isNegated ? value.slice(1) : value;
    return texts.some((text) => text.startsWith(prefix)) !== isNegated;
  });
}

function filteredTexts(secret: Secret, key: string): string[] {
  switch (key) {
    case 'name':
      return [secret.name];
    case 'description':
      return [secret.description];
    case 'tag-key':
      return secret.tags.map((tag) => tag.Key);
    case 'tag-value':
      return secret.tags.map((tag) => tag.Value);
  }
  throw invalidParameter(
    `The local Secrets Manager filters by name, description, tag-key and tag-value, not by ${key}.`,
  );
}

function nameIn(token: string): string {
  return Buffer.from(token, 'base64url').toString('utf8');
}

function noValue(which: string): AwsError {
  return new AwsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value ${which}`,
  );
}
