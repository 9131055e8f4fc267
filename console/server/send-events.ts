import type { ServerResponse } from 'node:http';
import { problemAnswer, SECURITY_HEADERS, send } from './answer.ts';
import type { EventFeed, FeedMessage } from './event-feed.ts';

/** Bytes that may wait for a page that does not read: it is cut off and connects again. */
const WAITING_BYTES_MAX = 1024 * 1024;

/** Sends events as they happen, as server-sent events, until the page goes. */
export function sendEvents(response: ServerResponse, feed: EventFeed): void {
  const tell = (message: FeedMessage) => {
    if (!response.headersSent) {
      response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': 'text/event-stream' });
    }
    response.write(`event: ${message.kind}\ndata: ${JSON.stringify(message)}\n\n`);
    if (response.writableLength > WAITING_BYTES_MAX) response.destroy();
  };
  const leave = feed.join(tell);
  if (leave === undefined) {
    send(response, problemAnswer(503, 'Too many pages', 'Close a page of the console first.'));
    return;
  }
  response.on('close', leave);
  // Said at once, so that the page knows that it is connected.
  tell({ kind: 'events', events: [] });
}
