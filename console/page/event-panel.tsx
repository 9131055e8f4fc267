import { momentText } from '../model/format.ts';
import { Empty } from './message.tsx';
import { events, feed, now, orderHref } from './state.ts';
import { StatusTag } from './status-tag.tsx';

/** Of those that are kept; older ones are with their orders. */
const SHOWN_MAX = 60;

/** Changes of all orders as they happen, newest first. */
export function EventPanel() {
  return (
    <section class="events" aria-labelledby="events-title">
      <h2 id="events-title">
        Events <span class={`tag ${feed.value === 'away' ? 'bad' : 'quiet'}`}>{feedWord()}</span>
      </h2>
      {events.value.length === 0 && <Empty>None yet.</Empty>}
      <ol aria-label="Events, newest first">
        {events.value.slice(0, SHOWN_MAX).map((event) => (
          <li key={event.id}>
            <span class="time">{momentText(event.at, now.value)}</span>
            <a href={orderHref(event)}>{event.clientOrderId}</a>
            <span class="kind">{event.type.replace('order.', '')}</span>
            <StatusTag status={event.status} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function feedWord(): string {
  if (feed.value === undefined) return 'connecting';
  return feed.value === 'live' ? 'live' : 'not to be seen now';
}
