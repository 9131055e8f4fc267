import { ageText } from '../model/format.ts';
import type { Urgency, UrgentGroup } from '../model/urgency.ts';
import { Loading, ProblemBox } from './message.tsx';
import { accountIds, attention, now, orderHref, urgent } from './state.ts';
import { StatusTag } from './status-tag.tsx';
import { lookSoon } from './watch-service.ts';

const TITLES: Readonly<Record<Urgency, string>> = {
  'in-doubt': 'In doubt: the exchange may have them or not',
  held: 'Held: a person has to decide',
  sending: 'Sending for long: an answer is late',
  waiting: 'Waiting for long: not sent yet',
};
/** More than these are counted, not listed: the list below has them by status. */
const SHOWN_MAX = 12;

/** What needs a look, the most urgent first. */
export function AttentionPanel() {
  const { value, problem } = attention.value;
  const groups = urgent.value;
  return (
    <section class="attention" aria-labelledby="attention-title">
      <h2 id="attention-title">Needs a look</h2>
      {problem !== undefined && <ProblemBox problem={problem} onRetry={lookSoon} />}
      {value === undefined && problem === undefined && <Loading what="what is in doubt" />}
      {value?.faults.map(({ accountId, detail }) => (
        <p key={accountId} class="message problem" role="alert">
          <strong>{accountId}</strong> cannot be looked at: {detail}
        </p>
      ))}
      {groups.map((group) => (
        <Group key={group.urgency} group={group} />
      ))}
      {value !== undefined && groups.length === 0 && value.faults.length === 0 && (
        <p class="message calm">
          {accountIds.value.length === 0
            ? 'No account is known here.'
            : 'Nothing is in doubt, held or late.'}
        </p>
      )}
    </section>
  );
}

function Group({ group: { urgency, orders } }: { group: UrgentGroup }) {
  return (
    <div class={`group ${urgency}`}>
      <h3>
        {TITLES[urgency]} <span class="many">{orders.length}</span>
      </h3>
      <ul>
        {orders.slice(0, SHOWN_MAX).map((order) => (
          <li key={`${order.accountId}/${order.clientOrderId}`}>
            <span class="age figure" title="since it has this status">
              {ageText(now.value - order.since)}
            </span>
            <span class="who">{order.accountId}</span>
            <a href={orderHref(order)}>{order.clientOrderId}</a>
            <span class="terms">
              {order.side} {order.ordered} {order.symbol}
              {order.price === undefined ? '' : ` at ${order.price}`}
            </span>
            <span class="state">
              {order.cancelStatus !== undefined && <span class="tag quiet">cancel</span>}{' '}
              <StatusTag status={order.status} />
            </span>
          </li>
        ))}
      </ul>
      {orders.length > SHOWN_MAX && (
        <p class="count">and {orders.length - SHOWN_MAX} more: filter the orders by this status</p>
      )}
    </div>
  );
}
