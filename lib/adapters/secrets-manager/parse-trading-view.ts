import { isIPv4 } from 'node:net';
import * as z from 'zod/mini';
import type { TradingView } from '../../application/account.ts';
import { Secret } from '../../application/secret.ts';
import {
  type AlertTemplate,
  TEMPLATE_FIELDS,
  type TemplateField,
  type TemplateValue,
} from '../../application/tradingview/alert-template.ts';
import { fieldNames, parseLineFormat } from '../../application/tradingview/line-format.ts';
import { DAY_MS } from '../../domain/time.ts';

/**
 * From where TradingView sends, as it publishes it; seen 2026-11-22.
 *
 * @see https://www.tradingview.com/support/solutions/43000529348-how-to-configure-webhook-alerts/
 */
export const TRADINGVIEW_ADDRESSES: readonly string[] = [
  '52.89.214.238',
  '34.212.75.30',
  '54.218.53.128',
  '52.32.178.7',
];

/** Tokens valid at once; two are enough for a rotation. */
const TOKENS_MAX = 10;
const ADDRESSES_MAX = 50;
/** Fields that make an alert's id. */
const ID_FIELDS_MAX = 8;
/** Words that a template translates in one field. */
const WORDS_MAX = 50;
const TEXT_CHARACTERS_MAX = 100;

/** 32 random bytes in hexadecimal or base64url have 64 or 43 characters. */
const TOKEN = /^[A-Za-z0-9_-]{43,128}$/;

const listOf = <Item extends z.core.SomeType>(item: Item, words: string, most: number) =>
  z
    .array(item, `must be a list of ${words}`)
    .check(z.minLength(1, `must hold at least one of ${words}`))
    .check(z.maxLength(most, `must hold at most ${most} ${words}`));

const shortText = z
  .string('must be text')
  .check(z.minLength(1, 'must not be empty'))
  .check(z.maxLength(TEXT_CHARACTERS_MAX, `must have at most ${TEXT_CHARACTERS_MAX} characters`));

const FIELD_WORDS = 'must name a field of the alert: ticker, or order.id inside of another';
const alertField = z
  .string(FIELD_WORDS)
  .check(z.regex(/^[A-Za-z0-9_]{1,32}(?:\.[A-Za-z0-9_]{1,32}){0,4}$/, FIELD_WORDS));

const valueSchema = z.union(
  [
    shortText,
    z.strictObject({
      from: alertField,
      words: z.optional(
        z.record(z.string(), shortText).check(
          z.refine((words) => Object.keys(words).length <= WORDS_MAX, {
            error: `must hold at most ${WORDS_MAX} words`,
          }),
        ),
      ),
    }),
  ],
  'must be text or {"from": "field of the alert", "words": {"buy": "BUY"}}',
);

const orderSchema = z.strictObject(
  Object.fromEntries(TEMPLATE_FIELDS.map((field) => [field, z.optional(valueSchema)])),
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `must not name ${issue.keys.join(', ')}; it takes ${TEMPLATE_FIELDS.join(', ')}`
        : 'must be a JSON object',
  },
);

const lineSchema = z.pipe(
  z.string('must be text'),
  z.transform((text, context) => {
    const format = parseLineFormat(text);
    if (typeof format !== 'string') return format;
    context.issues.push({ code: 'custom', message: format, input: text });
    return z.NEVER;
  }),
);

const VALID_WORDS = `must be a whole number of milliseconds up to ${DAY_MS}`;

const templateSchema = z
  .strictObject(
    {
      line: z.optional(lineSchema),
      time: alertField,
      alertId: listOf(alertField, 'fields that tell alerts of one time apart', ID_FIELDS_MAX),
      validForMs: z.optional(
        z.int(VALID_WORDS).check(z.minimum(1, VALID_WORDS), z.maximum(DAY_MS, VALID_WORDS)),
      ),
      order: orderSchema,
    },
    'must hold time, alertId and order',
  )
  .check(
    z.superRefine((template, context) => {
      for (const { path, field } of fieldsUsed(template)) {
        if (template.line === undefined || fieldNames(template.line).includes(field)) continue;
        const message = `takes ${field}, which the line does not have`;
        context.addIssue({ code: 'custom', path: [...path], message });
      }
      for (const field of ['accountId', 'symbol', 'side', 'type']) {
        if (template.order[field] !== undefined) continue;
        context.addIssue({ code: 'custom', path: ['order', field], message: 'is required' });
      }
    }),
  );

/** What the secret of a producer says of TradingView. */
export const tradingViewSchema = z.strictObject(
  {
    tokens: listOf(
      z
        .string('must be text')
        .check(z.regex(TOKEN, 'must be 43 to 128 random letters, digits, "_" and "-"')),
      'tokens',
      TOKENS_MAX,
    ),
    sourceAddresses: z.optional(
      listOf(
        z.string('must be text').check(z.refine(isIPv4, 'must be an IPv4 address')),
        'source addresses',
        ADDRESSES_MAX,
      ),
    ),
    template: templateSchema,
  },
  'must hold tokens and template',
);

/** Gives what the schema has checked, as the service knows it. */
export function tradingViewOf(value: z.infer<typeof tradingViewSchema>): TradingView {
  const { tokens, sourceAddresses = TRADINGVIEW_ADDRESSES, template } = value;
  return {
    tokens: tokens.map((token) => new Secret(token)),
    sourceAddresses,
    template: templateOf(template),
  };
}

function templateOf({
  line,
  validForMs,
  order,
  ...named
}: z.infer<typeof templateSchema>): AlertTemplate {
  const values = TEMPLATE_FIELDS.flatMap((field): [TemplateField, TemplateValue][] => {
    const value = order[field];
    return value === undefined ? [] : [[field, templateValueOf(value)]];
  });
  return {
    ...named,
    ...(line !== undefined && { line }),
    ...(validForMs !== undefined && { validForMs }),
    order: new Map(values),
  };
}

function templateValueOf(value: z.infer<typeof valueSchema>): TemplateValue {
  if (typeof value === 'string') return { kind: 'text', text: value };
  const { from: field, words } = value;
  return {
    kind: 'from',
    field,
    ...(words !== undefined && { words: new Map(Object.entries(words)) }),
  };
}

function fieldsUsed(template: {
  readonly time: string;
  readonly alertId: readonly string[];
  readonly order: Readonly<Record<string, z.infer<typeof valueSchema> | undefined>>;
}): readonly { readonly path: readonly (string | number)[]; readonly field: string }[] {
  return [
    { path: ['time'], field: template.time },
    ...template.alertId.map((field, index) => ({ path: ['alertId', index], field })),
    ...Object.entries(template.order).flatMap(([name, value]) =>
      typeof value === 'object' ? [{ path: ['order', name], field: value.from }] : [],
    ),
  ];
}
