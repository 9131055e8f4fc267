import * as z from 'zod/mini';
import { accountSchema, orderPageSchema, orderSchema } from '../model/resources.ts';
import { rowOf } from '../model/rows.ts';
import { type Answer, jsonAnswer, problemAnswer } from './answer.ts';
import type { CallService } from './call-service.ts';
import { readAttention } from './read-attention.ts';
import type { StageFacts } from './stage-facts.ts';

/** What the page's calls are answered from. */
export interface ApiParts {
  readonly call: CallService;
  readonly stage: StageFacts;
  /** The accounts that a page has open; what is watched for events goes by it. */
  readonly shownAccounts: Set<string>;
  /** What the page shows of where it is. */
  readonly about: {
    readonly apiUrl: string;
    readonly stage: string;
    readonly region: string | undefined;
    readonly horizonMs: number;
    readonly accounts: readonly string[];
  };
}

/** One call of the page, past the guard. */
export interface PageCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** Accounts asked about at once. */
const ACCOUNTS_MAX = 50;

const ACCOUNT_ID = '[a-z0-9-]{1,32}';
const ORDER_PATH = new RegExp(`^/api/orders/(${ACCOUNT_ID})/([A-Za-z0-9_-]{1,36})$`);
const ACCOUNT_PATH = new RegExp(`^/api/accounts/(${ACCOUNT_ID})(/halt)?$`);
const LIST_PARAMETERS = ['accountId', 'status', 'cursor', 'limit'];

const haltSchema = z.strictObject({ halted: z.boolean(), reason: z.optional(z.string()) });

/**
 * Answers the page. Only what the page needs is reachable: nothing here places an order.
 *
 * @throws whatever the stage's services throw
 */
export async function answerApi(parts: ApiParts, pageCall: PageCall): Promise<Answer> {
  const { method, path, query } = pageCall;
  if (method === 'GET' && path === '/api/about') return about(parts);
  if (method === 'GET' && path === '/api/queues')
    return jsonAnswer(200, await parts.stage.queues());
  if (method === 'GET' && path === '/api/attention') return attention(parts, query);
  if (method === 'GET' && path === '/api/orders') return list(parts, query);
  const [, orderAccount, clientOrderId] = ORDER_PATH.exec(path) ?? [];
  if (orderAccount !== undefined && clientOrderId !== undefined) {
    return order(parts, method, `/v1/orders/${orderAccount}/${clientOrderId}`);
  }
  const [, accountId, halt] = ACCOUNT_PATH.exec(path) ?? [];
  if (accountId !== undefined) {
    return account(parts, pageCall, { accountId, isHalt: halt !== undefined });
  }
  return problemAnswer(404, 'Not found', `The console has nothing at ${path}.`);
}

async function about({ about: shown, stage }: ApiParts): Promise<Answer> {
  try {
    const accounts = new Set([...shown.accounts, ...(await stage.accountIds())]);
    return jsonAnswer(200, { ...shown, accounts: [...accounts] });
  } catch {
    // Who may not list secrets names accounts with --account, or in the page.
    return jsonAnswer(200, { ...shown, accounts: shown.accounts, isListPartial: true });
  }
}

async function attention(
  { call, shownAccounts }: ApiParts,
  query: URLSearchParams,
): Promise<Answer> {
  const accounts = query.getAll('accountId').slice(0, ACCOUNTS_MAX);
  const wrong = accounts.find((id) => !new RegExp(`^${ACCOUNT_ID}$`).test(id));
  if (wrong !== undefined) return problemAnswer(400, 'No account id', `accountId: ${wrong}`);
  for (const id of accounts) if (shownAccounts.size < ACCOUNTS_MAX) shownAccounts.add(id);
  return jsonAnswer(200, await readAttention(call, accounts));
}

async function list({ call }: ApiParts, query: URLSearchParams): Promise<Answer> {
  const passed = [...query].filter(([name]) => LIST_PARAMETERS.includes(name));
  const answer = await call({
    method: 'GET',
    path: '/v1/orders',
    query: Object.fromEntries(passed),
  });
  if (answer.status !== 200) return problem(answer);
  const { orders, cursor } = orderPageSchema.parse(JSON.parse(answer.body));
  return jsonAnswer(200, { orders: orders.map(rowOf), cursor });
}

async function order({ call }: ApiParts, method: string, path: string): Promise<Answer> {
  if (method !== 'GET' && method !== 'DELETE') return notAllowed(method);
  const answer = await call({ method, path });
  if (answer.status !== 200 && answer.status !== 202) return problem(answer);
  return jsonAnswer(answer.status, orderSchema.parse(JSON.parse(answer.body)));
}

async function account(
  { call }: ApiParts,
  { method, body }: PageCall,
  { accountId, isHalt }: { readonly accountId: string; readonly isHalt: boolean },
): Promise<Answer> {
  if (method !== (isHalt ? 'PUT' : 'GET')) return notAllowed(method);
  const path = `/v1/accounts/${accountId}`;
  const halt = isHalt ? haltSchema.safeParse(jsonOf(body)) : undefined;
  if (halt?.success === false) {
    return problemAnswer(400, 'No halt', 'The body has to be {"halted": true, "reason": "…"}.');
  }
  const answer =
    halt === undefined
      ? await call({ method: 'GET', path })
      : await call({ method: 'PUT', path: `${path}/halt`, body: JSON.stringify(halt.data) });
  if (answer.status !== 200) return problem(answer);
  return jsonAnswer(200, accountSchema.parse(JSON.parse(answer.body)));
}

/** API Gateway's own refusals are not in the form of problems. */
function problem({ status, body }: Answer & { readonly body: string }): Answer {
  const parsed = problemSchema.safeParse(jsonOf(body));
  if (status === 403) {
    const detail = 'The API refuses your credentials: you may not do this here (403).';
    return problemAnswer(403, 'Not allowed', detail);
  }
  const { title = 'The API refuses', detail, message } = parsed.success ? parsed.data : {};
  return problemAnswer(status, title, detail ?? message ?? `The API answers ${status}.`);
}

const problemSchema = z.object({
  title: z.optional(z.string()),
  detail: z.optional(z.string()),
  message: z.optional(z.string()),
});

function notAllowed(method: string): Answer {
  return problemAnswer(405, 'Not possible', `${method} is not possible here.`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
