import type { ComponentChildren } from 'preact';
import { exactText, preciseText } from '../model/format.ts';
import type { OrderResource } from '../model/resources.ts';
import { orderHref } from './state.ts';
import { WideTable } from './wide-table.tsx';

/** What an order is and what became of it, as pairs and tables. */
export function OrderFacts({ order }: { order: OrderResource }) {
  return (
    <>
      <h3>Order</h3>
      <dl class="facts">
        <Fact name="side, symbol">{`${order.side} ${order.symbol}`}</Fact>
        <Fact name="type">{[order.type, order.timeInForce].filter(Boolean).join(' ')}</Fact>
        <Fact name="quantity">{order.quantity}</Fact>
        <Fact name="amount">{order.amount}</Fact>
        <Fact name="price">{order.price}</Fact>
        <Fact name="executed">{order.executedQuantity}</Fact>
        <Fact name="average price">{order.averagePrice}</Fact>
        <Fact name="cumulative quote">{order.cumulativeQuote}</Fact>
        <Fact name="exchange order id">{order.exchangeOrderId}</Fact>
        <Fact name="reason">{order.reason}</Fact>
        <Fact name="cancel">{order.cancel?.status}</Fact>
        <Fact name="replaces">{order.replaces && <Other order={order} id={order.replaces} />}</Fact>
        <Fact name="replaced by">
          {order.replacedBy && <Other order={order} id={order.replacedBy} />}
        </Fact>
        <Fact name="fees">
          {order.fees.map(({ asset, amount }) => `${amount} ${asset}`).join(', ')}
        </Fact>
        <Fact name="received">{exactText(order.createdAt)}</Fact>
        <Fact name="valid until">{exactText(order.validUntil)}</Fact>
        <Fact name="changed">{exactText(order.updatedAt)}</Fact>
        <Fact name="version">{String(order.version)}</Fact>
      </dl>
      <Attempts order={order} />
      <Fills order={order} />
    </>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  if (children === undefined || children === '' || children === null) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Other({ order: { accountId }, id }: { order: OrderResource; id: string }) {
  return <a href={orderHref({ accountId, clientOrderId: id })}>{id}</a>;
}

function FactTable({
  name,
  columns,
  children,
}: {
  name: string;
  columns: readonly string[];
  children: ComponentChildren;
}) {
  return (
    <WideTable name={name}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </WideTable>
  );
}

function Attempts({ order: { attempts } }: { order: OrderResource }) {
  if (attempts.length === 0) return null;
  return (
    <>
      <h3>Attempts</h3>
      <FactTable
        name="Attempts"
        columns={['stored', 'sent', 'fence', 'key', 'outcome', 'evidence']}
      >
        {attempts.map(({ attemptId, startedAt, sentAt, fenceAt, keyId, outcome, evidence }) => (
          <tr key={attemptId}>
            <td title={exactText(startedAt)}>{preciseText(startedAt)}</td>
            <td>{sentAt === undefined ? '–' : preciseText(sentAt)}</td>
            <td>{preciseText(fenceAt)}</td>
            <td class="mono">{keyId}</td>
            <td>{outcome}</td>
            <td>
              {[
                evidence?.httpStatus && `HTTP ${evidence.httpStatus}`,
                evidence?.code,
                evidence?.message,
              ]
                .filter(Boolean)
                .join(', ')}
            </td>
          </tr>
        ))}
      </FactTable>
    </>
  );
}

function Fills({ order: { fills, fillsComplete } }: { order: OrderResource }) {
  if (fills.length === 0) return null;
  return (
    <>
      <h3>Trades{fillsComplete ? '' : ', not all known yet'}</h3>
      <FactTable name="Trades" columns={['time', 'quantity', 'price', 'fee', 'role', 'trade id']}>
        {fills.map(({ tradeId, at, quantity, price, fee, feeAsset, isMaker }) => (
          <tr key={tradeId}>
            <td title={exactText(at)}>{preciseText(at)}</td>
            <td class="figure">{quantity}</td>
            <td class="figure">{price}</td>
            <td class="figure">{fee === undefined ? '–' : `${fee} ${feeAsset ?? ''}`}</td>
            <td>{isMaker === undefined ? '–' : isMaker ? 'maker' : 'taker'}</td>
            <td class="mono">{tradeId}</td>
          </tr>
        ))}
      </FactTable>
    </>
  );
}
