import type { Ids } from '../ports.ts';
import type { ReconcileDependencies } from '../reconcile/dependencies.ts';
import type { AccountNames, UserStreams } from '../user-stream.ts';
import type { UnwantedStreams } from './unwanted-streams.ts';

/** What following user data streams needs: all that reconciling does, and the streams. */
export interface StreamDependencies extends ReconcileDependencies {
  readonly streams: UserStreams;
  readonly accountNames: AccountNames;
  readonly ids: Ids;
  readonly unwanted: UnwantedStreams;
}
