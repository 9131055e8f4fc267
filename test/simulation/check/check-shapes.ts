import { orderAnswerSchema } from '../../../lib/application/api/answer-schemas.ts';
import { orderEventSchema } from '../../../lib/application/event-schema.ts';
import { publishedForm } from '../../../lib/application/integration-event.ts';
import { orderResource } from '../../../lib/application/order-resource.ts';
import type { HistoryIndex } from './history-index.ts';
import type { Violation } from './violation.ts';

/** What callers are shown has the shape that is promised to them: each order, and each event. */
export function checkShapes(index: HistoryIndex): readonly Violation[] {
  return [...orders(index), ...events(index)];
}

function orders({ history }: HistoryIndex): readonly Violation[] {
  const at = history.entries.length - 1;
  return history.orders.flatMap((order): readonly Violation[] => {
    // As it goes over the wire: without what is undefined.
    const shown: unknown = JSON.parse(JSON.stringify(orderResource(order)));
    const wrong = orderAnswerSchema.safeParse(shown).error?.issues[0];
    if (wrong === undefined) return [];
    const { clientOrderId } = order;
    const text = `${clientOrderId}, ${wrong.path.join('.')}: ${wrong.message}`;
    return [{ kind: 'shape', text, at, clientOrderId }];
  });
}

function events(index: HistoryIndex): readonly Violation[] {
  const seen = new Set<string>();
  return index.of('published').flatMap(({ event, index: at }): readonly Violation[] => {
    if (seen.has(event.id)) return [];
    seen.add(event.id);
    const wrong = orderEventSchema.safeParse(JSON.parse(JSON.stringify(publishedForm(event)))).error
      ?.issues[0];
    if (wrong === undefined) return [];
    return [{ kind: 'shape', text: `${event.id}, ${wrong.path.join('.')}: ${wrong.message}`, at }];
  });
}
