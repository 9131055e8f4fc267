import { AccountPanel } from './account-panel.tsx';
import { AttentionPanel } from './attention-panel.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { EventPanel } from './event-panel.tsx';
import { OrderDetail } from './order-detail.tsx';
import { OrderList } from './order-list.tsx';
import { QueuePanel } from './queue-panel.tsx';
import { about, attention, route, said, urgent } from './state.ts';

/** The whole page. */
export function App() {
  const shown = route.value;
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        Skip to the orders
      </button>
      <Head />
      <div class="columns">
        <main id="main" tabIndex={-1}>
          {shown.kind === 'order' ? (
            <OrderDetail key={`${shown.accountId}/${shown.clientOrderId}`} {...shown} />
          ) : (
            <>
              <AttentionPanel />
              <OrderList />
            </>
          )}
        </main>
        <aside aria-label="Accounts, queues and events">
          <AccountPanel />
          <QueuePanel />
          <EventPanel />
        </aside>
      </div>
      <Said />
      <ConfirmDialog />
    </>
  );
}

/** Not a link: that would change the route. */
function skip(): void {
  document.querySelector<HTMLElement>('#main')?.focus();
}

function Head() {
  const known = about.value.value;
  return (
    <header class="top">
      <h1>
        <a href="#/">Orders</a>
      </h1>
      {known !== undefined && (
        <span class="where">
          <span class={`stage ${known.stage}`}>{known.stage}</span>
          <span class="mono api">{known.apiUrl.replace(/^https?:\/\//, '')}</span>
        </span>
      )}
      <a class="doubt-count" href="#/">
        {doubtWords()}
      </a>
    </header>
  );
}

function doubtWords(): string {
  if (attention.value.problem !== undefined) return 'not known now';
  if (attention.value.value === undefined) return '…';
  const counts = urgent.value.map(
    ({ urgency, orders }) => `${orders.length} ${urgency.replace('-', ' ')}`,
  );
  return counts.length === 0 ? 'nothing in doubt' : counts.join(', ');
}

/** Also read aloud. It stays until something else is said, or it is put away. */
function Said() {
  return (
    <div class="said" role="status">
      {said.value !== '' && (
        <p>
          {said.value}{' '}
          <button type="button" onClick={() => (said.value = '')}>
            Good
          </button>
        </p>
      )}
    </div>
  );
}
