import type { SecretStore, SecretVersion } from './secret-store.ts';

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';

/** Finds the version that carries a stage. */
export function versionWithStage(
  versions: readonly SecretVersion[],
  stage: string,
): SecretVersion | undefined {
  return versions.find((version) => version.stages.includes(stage));
}

/** Gives a stage to a version; the version that loses `AWSCURRENT` becomes `AWSPREVIOUS`. */
export function moveStage(
  store: SecretStore,
  name: string,
  move: { readonly stage: string; readonly to: string },
): void {
  const before = versionWithStage(store.versions(name), move.stage);
  if (before?.versionId === move.to) return;
  store.setStage(name, move.stage, move.to);
  if (move.stage !== CURRENT) return;

  const wasPrevious = versionWithStage(store.versions(name), PREVIOUS);
  if (before !== undefined) store.setStage(name, PREVIOUS, before.versionId);
  else if (wasPrevious?.versionId === move.to) store.setStage(name, PREVIOUS, undefined);
}
