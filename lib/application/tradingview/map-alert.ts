import { createHash } from 'node:crypto';
import { SECOND_MS, type UnixMs } from '../../domain/time.ts';
import { clientOrderIdOf, type FieldError } from '../order-request.ts';
import { type AlertFields, readAlert } from './alert-fields.ts';
import type { AlertTemplate, TemplateValue } from './alert-template.ts';

/** An order request made of an alert, not yet checked as one, or why none can be made. */
export type MappedAlert =
  | { readonly kind: 'mapped'; readonly request: Readonly<Record<string, unknown>> }
  | { readonly kind: 'invalid'; readonly errors: readonly FieldError[] };

const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;
const UNIX_S = /^\d{10}$/;
const UNIX_MS = /^\d{13}$/;

/**
 * Makes the order request of an alert, by its producer's template.
 *
 * Pure: the same alert gives the same request with the same client order id, so that its repeat is
 * the same order. The id is derived from the alert's time and the fields that the template names as
 * its id; an alert without one of them is refused, for nothing would tell its repeat from another.
 */
export function mapAlert(
  { producerId, template }: { readonly producerId: string; readonly template: AlertTemplate },
  text: string,
): MappedAlert {
  const alert = readAlert(template, text);
  if (alert === undefined) {
    const message = template.line
      ? 'is not written as the line of the template'
      : 'is not JSON; for plain text give the template a line';
    return { kind: 'invalid', errors: [{ field: 'body', message }] };
  }
  const at = timeOf(alert(template.time));
  const idValues = template.alertId.map((name) => ({ name, value: alert(name) }));
  const mapped = [...template.order].map(([field, value]) => ({
    field,
    ...orderValueOf(value, alert),
  }));

  const errors: FieldError[] = [
    ...(at === undefined ? [{ field: `alert.${template.time}`, message: TIME_WORDS }] : []),
    ...idValues.flatMap(({ name, value }) =>
      value === undefined ? [{ field: `alert.${name}`, message: ID_WORDS }] : [],
    ),
    ...mapped.flatMap(({ field, fault }) =>
      fault === undefined ? [] : [{ field, message: fault }],
    ),
  ];
  if (at === undefined || errors.length > 0) return { kind: 'invalid', errors };

  const order = Object.fromEntries(mapped.map(({ field, value }) => [field, value]));
  const validUntil = template.validForMs === undefined ? undefined : at + template.validForMs;
  const id = alertIdOf(producerId, at, idValues);
  return {
    kind: 'mapped',
    request: {
      ...order,
      ...(validUntil !== undefined && { validUntil }),
      clientOrderId: clientOrderIdOf(String(order.accountId), id),
    },
  };
}

const TIME_WORDS =
  'must hold the time of the alert, such as {{timenow}}: 2026-11-22T21:00:00Z or Unix time';
const ID_WORDS =
  'is missing, and the template takes it to tell a repeat of this alert from another alert';

/** A dot cannot be in a webhook id, so that no signed webhook has the id of an alert. */
function alertIdOf(
  producerId: string,
  at: UnixMs,
  values: readonly { readonly value: string | undefined }[],
): string {
  const unique = JSON.stringify([at, ...values.map(({ value }) => value)]);
  const digest = createHash('sha256').update(unique).digest('hex');
  return `tradingview.${producerId}.${digest}`;
}

function orderValueOf(
  value: TemplateValue,
  alert: AlertFields,
):
  | { readonly value: string; readonly fault?: never }
  | { readonly value?: never; readonly fault: string } {
  if (value.kind === 'text') return { value: value.text };
  const said = alert(value.field);
  if (said === undefined) return { fault: `the alert has no text or number ${value.field}` };
  const word = value.words === undefined ? said : value.words.get(said);
  if (word !== undefined) return { value: word };
  const known = [...(value.words?.keys() ?? [])].join(', ');
  return { fault: `the alert says "${said.slice(0, 40)}", and the template knows ${known}` };
}

function timeOf(text: string | undefined): UnixMs | undefined {
  if (text === undefined) return undefined;
  if (UNIX_MS.test(text)) return Number(text);
  if (UNIX_S.test(text)) return Number(text) * SECOND_MS;
  const at = ISO_UTC.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
