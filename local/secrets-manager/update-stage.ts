import * as z from 'zod/mini';
import { type SecretParts, secretId } from './change-secret.ts';
import { findUsable, invalidParameter } from './find-secret.ts';
import { CURRENT, moveStage, versionWithStage } from './move-stage.ts';
import type { SecretVersion } from './secret-store.ts';

export const stageRequest = z.object({
  ...secretId,
  VersionStage: z.string(),
  RemoveFromVersionId: z.optional(z.string()),
  MoveToVersionId: z.optional(z.string()),
});
type StageRequest = z.infer<typeof stageRequest>;

/** Moves a stage between versions, as a rotation does; a caller must name who loses it. */
export function updateVersionStage({ store }: SecretParts, request: StageRequest) {
  const { VersionStage: stage, MoveToVersionId: to } = request;
  const secret = findUsable(store, request.SecretId);
  const versions = store.versions(secret.name);
  refuseBadMove(versions, request);

  if (to === undefined) store.setStage(secret.name, stage, undefined);
  else moveStage(store, secret.name, { stage, to });
  return { ARN: secret.arn, Name: secret.name };
}

function refuseBadMove(versions: readonly SecretVersion[], request: StageRequest): void {
  const { VersionStage: stage, RemoveFromVersionId: from, MoveToVersionId: to } = request;
  for (const id of [from, to]) {
    if (id === undefined || versions.some((version) => version.versionId === id)) continue;
    throw invalidParameter(`The secret has no version ${id}.`);
  }
  if (from === undefined && to === undefined) {
    throw invalidParameter('You must give MoveToVersionId, RemoveFromVersionId or both.');
  }
  const holder = versionWithStage(versions, stage)?.versionId;
  if (holder !== undefined && holder !== to && holder !== from) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId must be ${holder}, which has the stage ${stage}.`,
    );
  }
  if (holder !== from && from !== undefined) {
    throw invalidParameter(`The version ${from} does not have the stage ${stage}.`);
  }
  if (stage === CURRENT && to === undefined) {
    throw invalidParameter(`The stage ${CURRENT} can be moved, but not taken away.`);
  }
}
