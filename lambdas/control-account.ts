import { haltAccount, parseHalt, viewAccount } from '../lib/application/control-account.ts';
import { composeBudget, composeSecrets, composeTelemetry } from './edge/compose.ts';
import { httpHandler } from './edge/http-handler.ts';
import { parseJson, rawBody } from './edge/json-body.ts';
import { jsonAnswer, problemAnswer } from './edge/problem.ts';

const telemetry = composeTelemetry();
const dependencies = {
  ...telemetry,
  ...composeBudget(),
  accounts: composeSecrets().accounts,
};

/** GET /v1/accounts/{accountId} and PUT /v1/accounts/{accountId}/halt. */
export const handler = httpHandler(telemetry, async (event) => {
  const accountId = event.pathParameters?.accountId ?? '';
  if (event.requestContext.http.method === 'GET') {
    return accountAnswer(await viewAccount(dependencies, accountId), accountId);
  }
  const body = rawBody(event);
  if (body.kind === 'refused') return body.answer;
  const json = parseJson(body.text);
  if (json.kind === 'refused') return json.answer;
  const parsed = parseHalt(json.value);
  if (parsed.kind === 'invalid') {
    const title = 'The halt is not valid';
    return problemAnswer({ status: 400, title, errors: parsed.errors });
  }
  return accountAnswer(await haltAccount(dependencies, accountId, parsed.halt), accountId);
});

function accountAnswer(account: unknown, accountId: string) {
  const detail = `No account ${accountId} is configured.`;
  return account === undefined
    ? problemAnswer({ status: 404, title: 'No such account', detail })
    : jsonAnswer(200, account);
}
