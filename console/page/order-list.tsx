import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ORDER_STATUSES } from '../../lib/domain/order.ts';
import { findOrder } from './find-order.ts';
import { Empty, Loading, ProblemBox } from './message.tsx';
import {
  filter,
  hasMore,
  listProblem,
  listState,
  loadedRows,
  loadMore,
  openList,
  refreshList,
  revision,
} from './order-list-state.ts';
import { OrderTable } from './order-table.tsx';
import { accountIds, events } from './state.ts';

/** Several changes in a row are fetched together. */
const REFRESH_MS = 700;

/** Orders of one account, newest first, as long as one likes: only the lines in sight exist. */
export function OrderList() {
  const typed = useSignal('');
  useSignalEffect(() => {
    const [first] = accountIds.value;
    const shown = filter.peek();
    if (first !== undefined && shown === undefined) openList({ accountId: first, status: '' });
  });
  useRefresh();
  return (
    <section class="orders" aria-labelledby="orders-title">
      <h2 id="orders-title">Orders</h2>
      <Filters typed={typed.value} onType={(text) => (typed.value = text)} />
      <Body typed={typed.value.trim()} />
    </section>
  );
}

function Filters({ typed, onType }: { typed: string; onType: (text: string) => void }) {
  const shown = filter.value;
  const open = (change: { accountId?: string; status?: string }) =>
    openList({ accountId: shown?.accountId ?? '', status: shown?.status ?? '', ...change });
  const find = (event: Event) => {
    event.preventDefault();
    void findOrder(typed.trim());
  };
  return (
    <search>
      <form class="filters" onSubmit={find}>
        <label>
          Account
          <select
            value={shown?.accountId ?? ''}
            onChange={({ currentTarget }) => open({ accountId: currentTarget.value })}
          >
            {accountIds.value.map((id) => (
              <option key={id} value={id}>
                {id}
              </option>
            ))}
          </select>
        </label>
        <label>
          Status
          <select
            value={shown?.status ?? ''}
            onChange={({ currentTarget }) => open({ status: currentTarget.value })}
          >
            <option value="">all</option>
            {ORDER_STATUSES.map((status) => (
              <option key={status} value={status}>
                {status}
              </option>
            ))}
          </select>
        </label>
        <label class="find">
          Client order id
          <input
            type="search"
            value={typed}
            maxLength={36}
            placeholder="filter, or Enter to open"
            spellcheck={false}
            autocomplete="off"
            onInput={({ currentTarget }) => onType(currentTarget.value)}
          />
        </label>
      </form>
    </search>
  );
}

function Body({ typed }: { typed: string }) {
  // Read so that this is drawn again when rows change.
  const changes = revision.value;
  const problem = listProblem.value;
  const all = loadedRows();
  const rows =
    typed === '' ? all : all.filter(({ clientOrderId }) => clientOrderId.includes(typed));
  const retry = () => void (all.length === 0 ? loadMore() : refreshList());
  if (accountIds.value.length === 0) {
    return <Empty>No account is known here. Name one under “Accounts”.</Empty>;
  }
  if (listState.value === 'loading') return <Loading what="orders" />;
  return (
    <>
      {problem !== undefined && <ProblemBox problem={problem} onRetry={retry} />}
      {rows.length > 0 && <OrderTable rows={rows} changes={changes} isWhole={typed === ''} />}
      {rows.length === 0 && problem === undefined && (
        <Empty>
          {typed === ''
            ? 'There are no such orders.'
            : `None of the ${all.length} loaded orders has “${typed}” in its id. Enter looks for exactly this id.`}
        </Empty>
      )}
      <p class="count">
        {typed === '' ? `${all.length} loaded` : `${rows.length} of ${all.length} loaded`}
        {hasMore.value ? ', more below' : ''}
      </p>
    </>
  );
}

/** At the beginning, because the list may have been away, and after events of its account. */
function useRefresh(): void {
  useEffect(() => void refreshList(), []);
  const newest = events.value.find(({ accountId }) => accountId === filter.value?.accountId)?.id;
  useEffect(() => {
    if (newest === undefined) return;
    const timer = setTimeout(() => void refreshList(), REFRESH_MS);
    return () => clearTimeout(timer);
  }, [newest]);
}
