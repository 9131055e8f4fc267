import * as z from 'zod/mini';
import { AwsError } from '../aws-endpoint/aws-service.ts';
import { checkEntry, type EventEntry, entryBytes, eventEntry } from './check-entry.ts';
import { type BusParts, busName, findBus } from './event-bus-calls.ts';
import type { BusEvent } from './event-store.ts';

/** EventBridge's own limits of one PutEvents request. */
const ENTRIES_MAX = 10;
const REQUEST_BYTES_MAX = 256 * 1024;

export const putEventsRequest = z.object({ Entries: z.array(eventEntry) });

/** Takes up to ten events, each on its own: one that is refused is a failed entry. */
export function putEvents(parts: BusParts, { Entries: entries }: z.infer<typeof putEventsRequest>) {
  if (entries.length === 0 || entries.length > ENTRIES_MAX) {
    throw invalid(
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must ` +
        `have 1 to ${ENTRIES_MAX} entries, not ${entries.length}.`,
    );
  }
  const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  if (bytes > REQUEST_BYTES_MAX) {
    throw invalid(
      `Total size of the entries in the request is over the limit: ${bytes} of ${REQUEST_BYTES_MAX} bytes.`,
    );
  }
  const results = entries.map((entry) => putEvent(parts, entry));
  const failed = results.filter((result) => 'ErrorCode' in result);
  return { FailedEntryCount: failed.length, Entries: results };
}

function putEvent(parts: BusParts, entry: EventEntry) {
  const checked = checkEntry(entry);
  if (checked.kind === 'refused') {
    return { ErrorCode: checked.code, ErrorMessage: checked.message };
  }
  const name = busName(entry.EventBusName);
  if (findBus(parts.store, name) === undefined) {
    const message = `Event bus ${name} does not exist.`;
    return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: message };
  }

  const { identity, clock, newId } = parts;
  const atMs = entry.Time === undefined ? clock.now() : entry.Time * 1000;
  const event: BusEvent = {
    version: '0',
    id: newId(),
    'detail-type': checked.detailType,
    source: checked.source,
    account: identity.accountId,
    time: new Date(atMs).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region: identity.region,
    resources: entry.Resources ?? [],
    detail: checked.detail,
  };
  parts.publish(parts.store.append(name, event));
  return { EventId: event.id };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
