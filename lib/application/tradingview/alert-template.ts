import type { LineFormat } from './line-format.ts';

/** The fields of an order request that a template may fill. The client order id is never one. */
export const TEMPLATE_FIELDS = [
  'accountId',
  'symbol',
  'side',
  'type',
  'quantity',
  'amount',
  'price',
  'timeInForce',
  'stpMode',
  'orderingKey',
  'onNeverPlaced',
] as const;

/** The name of such a field. */
export type TemplateField = (typeof TEMPLATE_FIELDS)[number];

/** What a field of an order becomes. */
export type TemplateValue =
  | { readonly kind: 'text'; readonly text: string }
  /** What the alert says, in our words where there are any: `buy` becomes `BUY`. */
  | { readonly kind: 'from'; readonly field: string; readonly words?: ReadonlyMap<string, string> };

/** How the alerts of one producer become order requests. */
export interface AlertTemplate {
  /** How alerts in plain text are written; absent when they are JSON. */
  readonly line?: LineFormat;
  /** The field of the alert that holds its time. */
  readonly time: string;
  /** Fields that tell two alerts of the same time apart, at least one. */
  readonly alertId: readonly string[];
  /** How long after the alert's time its order may be sent; absent: as the account has it. */
  readonly validForMs?: number;
  readonly order: ReadonlyMap<TemplateField, TemplateValue>;
}
