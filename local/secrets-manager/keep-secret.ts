import * as z from 'zod/mini';
import { type SecretParts, secretId, tags } from './change-secret.ts';
import { findSecret, findUsable, invalidParameter } from './find-secret.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export const deleteRequest = z.object({
  ...secretId,
  RecoveryWindowInDays: z.optional(z.number()),
  ForceDeleteWithoutRecovery: z.optional(z.boolean()),
});
export const restoreRequest = z.object(secretId);
export const tagRequest = z.object({ ...secretId, Tags: tags });
export const untagRequest = z.object({ ...secretId, TagKeys: z.array(z.string()) });

/** Marks a secret for deletion, or deletes it at once where that is forced. */
export function deleteSecret(parts: SecretParts, request: z.infer<typeof deleteRequest>) {
  const { ForceDeleteWithoutRecovery: isForced = false, RecoveryWindowInDays: days } = request;
  if (isForced && days !== undefined) {
    throw invalidParameter(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  const recoveryDays = days ?? 30;
  if (!Number.isInteger(recoveryDays) || recoveryDays < 7 || recoveryDays > 30) {
    throw invalidParameter('RecoveryWindowInDays must be between 7 and 30 days (inclusive).');
  }
  const now = parts.clock.now();
  const secret = findUsable(parts.store, request.SecretId);
  const dueAtMs = isForced ? now : now + recoveryDays * DAY_MS;
  if (isForced) parts.store.remove(secret.name);
  else parts.store.put({ ...secret, deletion: { markedAtMs: now, dueAtMs } });
  return { ARN: secret.arn, Name: secret.name, DeletionDate: dueAtMs / 1000 };
}

/** Takes the mark for deletion away. */
export function restoreSecret({ store }: SecretParts, request: z.infer<typeof restoreRequest>) {
  const { deletion: _undone, ...secret } = findSecret(store, request.SecretId);
  store.put(secret);
  return { ARN: secret.arn, Name: secret.name };
}

/** Sets tags, those of the same key anew. */
export function tagResource({ store }: SecretParts, request: z.infer<typeof tagRequest>) {
  const secret = findUsable(store, request.SecretId);
  const byKey = new Map([...secret.tags, ...request.Tags].map((tag) => [tag.Key, tag]));
  store.put({ ...secret, tags: [...byKey.values()] });
  return {};
}

/** Removes tags by key. */
export function untagResource({ store }: SecretParts, request: z.infer<typeof untagRequest>) {
  const secret = findUsable(store, request.SecretId);
  store.put({ ...secret, tags: secret.tags.filter((tag) => !request.TagKeys.includes(tag.Key)) });
  return {};
}

/** Removes the secrets whose recovery window is over. */
export function removeDue({ store, clock }: SecretParts): void {
  for (const { name, deletion } of store.list()) {
    if (deletion !== undefined && deletion.dueAtMs <= clock.now()) store.remove(name);
  }
}
