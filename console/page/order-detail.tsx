import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Explanation } from '../../lib/application/explain/explain-order.ts';
import { ABSENCE_RULES } from '../../lib/domain/absence.ts';
import { isFinal } from '../../lib/domain/order.ts';
import { explain } from '../model/explain.ts';
import { exactText, momentText, spanText } from '../model/format.ts';
import type { OrderResource } from '../model/resources.ts';
import { timeLineOf } from '../model/time-line.ts';
import { callApi, type Problem } from './call-api.ts';
import { confirm } from './confirm-dialog.tsx';
import { keepAsking } from './keep-asking.ts';
import { Loading, ProblemBox } from './message.tsx';
import { OrderFacts } from './order-facts.tsx';
import { about, accounts, events, now, said } from './state.ts';
import { StatusTag } from './status-tag.tsx';
import { TimeLinePicture } from './time-line-picture.tsx';
import { lookSoon } from './watch-service.ts';

/** An order that changes by itself is asked for so often; changes that are heard of come at once. */
const PACE_MS = 5_000;

interface Named {
  readonly accountId: string;
  readonly clientOrderId: string;
}

/** One order: where it stands and why, its time-line, and everything that is known of it. */
export function OrderDetail(named: Named) {
  const { accountId, clientOrderId } = named;
  const order = useSignal<OrderResource | undefined>(undefined);
  const problem = useSignal<Problem | undefined>(undefined);
  const title = useRef<HTMLHeadingElement>(null);
  const newest = events.value.find(
    (event) => event.accountId === accountId && event.clientOrderId === clientOrderId,
  )?.id;

  useEffect(() => title.current?.focus(), []);
  useEffect(() => {
    const asking = keepAsking(async () => {
      const called = await callApi<OrderResource>(`/orders/${accountId}/${clientOrderId}`);
      if (called.kind === 'ok') order.value = called.value;
      problem.value = called.kind === 'ok' ? undefined : called.problem;
    }, PACE_MS);
    return () => asking.end();
  }, [accountId, clientOrderId, newest]);

  const cancel = () => askCancel(named, (next) => (order.value = next));
  const known = order.value;
  return (
    <section class="order" aria-labelledby="order-title">
      <nav>
        <a href="#/">← All orders</a>
      </nav>
      <header>
        <h2 id="order-title" ref={title} tabIndex={-1}>
          <span class="who">{accountId}</span> {clientOrderId}
        </h2>
        {known !== undefined && <StatusTag status={known.status} />}
        {known !== undefined && canCancel(known) && (
          <button type="button" onClick={cancel}>
            Cancel order…
          </button>
        )}
      </header>
      {problem.value !== undefined && <ProblemBox problem={problem.value} />}
      {known === undefined && problem.value === undefined && <Loading what="the order" />}
      {known !== undefined && <Known order={known} />}
    </section>
  );
}

function Known({ order }: { order: OrderResource }) {
  const horizonMs = about.value.value?.horizonMs ?? ABSENCE_RULES.horizonMs;
  const account = accounts.value.get(order.accountId)?.value;
  const explanation = explain(order, { now: now.value, horizonMs, account });
  const timeLine = timeLineOf(order, { now: now.value, horizonMs });
  return (
    <>
      <p class="terms">{explanation.order}</p>
      <div class="standing">
        <Sentences title="Why" sentences={explanation.status} />
        <Sentences title="Next" sentences={explanation.next} />
      </div>
      <h3>Time-line</h3>
      <p class="count">
        Begins {momentText(timeLine.from, now.value)}; gaps are drawn by their order of magnitude,
        not to scale.
      </p>
      <TimeLinePicture timeLine={timeLine} />
      <Changes explanation={explanation} createdAt={order.createdAt} />
      <OrderFacts order={order} />
    </>
  );
}

function Sentences({ title, sentences }: { title: string; sentences: readonly string[] }) {
  return (
    <>
      <h3>{title}</h3>
      {sentences.map((sentence, index) => (
        <p key={index}>{sentence}</p>
      ))}
    </>
  );
}

function Changes({ explanation, createdAt }: { explanation: Explanation; createdAt: number }) {
  const { earlier, trail } = explanation;
  return (
    <>
      <h3>What happened</h3>
      {earlier !== undefined && <p class="count">{earlier}</p>}
      <ol class="changes">
        {trail.map(({ sequence, at, status, text }) => (
          <li key={sequence}>
            <span class="figure after" title={exactText(at)}>
              +{spanText(at - createdAt)}
            </span>
            <span class="told">{text}</span>
            <StatusTag status={status} />
          </li>
        ))}
      </ol>
    </>
  );
}

/** As the API does: anything but an order that is over, or whose cancel is. */
function canCancel({ status, cancel }: OrderResource): boolean {
  return cancel === undefined && (!isFinal(status) || status === 'NEVER_PLACED');
}

function askCancel(
  { accountId, clientOrderId }: Named,
  keep: (order: OrderResource) => void,
): void {
  confirm({
    title: `Cancel ${clientOrderId}?`,
    text: 'The wish is recorded and carried out as soon as it can be. What was executed before stays executed.',
    action: 'Cancel the order',
    isGrave: true,
    async run() {
      const path = `/orders/${accountId}/${clientOrderId}`;
      const called = await callApi<OrderResource>(path, { method: 'DELETE' });
      if (called.kind === 'ok') {
        keep(called.value);
        said.value = `The cancel of ${clientOrderId} is ${called.value.cancel?.status ?? called.value.status}.`;
      } else {
        said.value = `${clientOrderId} is unchanged: ${called.problem.detail}`;
      }
      lookSoon();
    },
  });
}
