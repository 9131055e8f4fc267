import { useSignal } from '@preact/signals';
import { GATE_MEANINGS } from '../../lib/application/explain/meanings.ts';
import { lookUp } from '../../lib/application/explain/read-detail.ts';
import { ageText } from '../model/format.ts';
import type { AccountResource, GateResource } from '../model/resources.ts';
import { callApi } from './call-api.ts';
import { confirm } from './confirm-dialog.tsx';
import { Gauge } from './gauge.tsx';
import { Loading, ProblemBox } from './message.tsx';
import {
  type AccountState,
  about,
  accountIds,
  accounts,
  now,
  said,
  typeAccount,
  typedAccounts,
} from './state.ts';
import { keepAccount, lookAtAccount, lookSoon } from './watch-service.ts';

/** Every account with its kill switch, gates and budgets. */
export function AccountPanel() {
  return (
    <section class="accounts" aria-labelledby="accounts-title">
      <h2 id="accounts-title">Accounts</h2>
      {about.value.value === undefined && about.value.problem === undefined && (
        <Loading what="accounts" />
      )}
      {about.value.problem !== undefined && <ProblemBox problem={about.value.problem} />}
      {accountIds.value.map((accountId) => (
        <Account key={accountId} accountId={accountId} state={accounts.value.get(accountId)} />
      ))}
      <ShowAccount />
    </section>
  );
}

function Account({ accountId, state }: { accountId: string; state: AccountState | undefined }) {
  const account = state?.value;
  const problem = state?.problem;
  return (
    <article class="account" aria-labelledby={`account-${accountId}`}>
      <header>
        <h3 id={`account-${accountId}`}>{accountId}</h3>
        {account !== undefined && (
          <span class="where">
            {account.site} {account.environment}
          </span>
        )}
        {account !== undefined && <KillSwitch account={account} />}
        {typedAccounts.value.includes(accountId) && (
          <button
            type="button"
            aria-label={`Do not show ${accountId}`}
            onClick={() => typeAccount(accountId, false)}
          >
            Hide
          </button>
        )}
      </header>
      {state === undefined && <Loading what={accountId} />}
      {problem !== undefined && (
        <ProblemBox problem={problem} onRetry={() => void lookAtAccount(accountId)} />
      )}
      {account?.halted === true && (
        <p class="halted">
          <strong>Halted</strong>
          {account.changedAt !== undefined && ` ${ageText(now.value - account.changedAt)} ago`}
          {account.reason !== undefined && `: ${account.reason}`}
        </p>
      )}
      {account !== undefined && account.egress.gate.kind === 'closed' && (
        <Gate what="our address" gate={account.egress.gate} />
      )}
      {account?.keys.map(({ keyId, gate }) => (
        <div key={keyId} class="key">
          <Gate what={keyId} gate={gate} />
          {state?.gauges
            .filter((gauge) => gauge.keyId === keyId)
            .map((gauge) => (
              <Gauge key={gauge.class} history={gauge} />
            ))}
        </div>
      ))}
      {account !== undefined && account.externalOrders.length > 0 && (
        <p class="count">
          {account.externalOrders.length} orders at the exchange were not placed by this service
        </p>
      )}
    </article>
  );
}

function Gate({ what, gate }: { what: string; gate: GateResource }) {
  return (
    <p class="gate">
      <span class="mono">{what}</span>{' '}
      {gate.kind === 'open' ? (
        <span class="tag quiet">gate open</span>
      ) : (
        <>
          <span class="tag bad">gate closed</span>{' '}
          {gate.until === 'operator'
            ? 'until a person opens it'
            : `for ${ageText(Math.max(0, gate.until - now.value))} more`}
          : {lookUp(GATE_MEANINGS, gate.reason) ?? gate.reason}
        </>
      )}
    </p>
  );
}

function KillSwitch({ account: { accountId, halted } }: { account: AccountResource }) {
  const ask = () =>
    confirm(
      halted
        ? {
            title: `Let ${accountId} trade again?`,
            text: 'New orders are sent again as they come in. Those that were denied stay denied.',
            action: `Resume ${accountId}`,
            isGrave: false,
            run: () => setHalt(accountId, { halted: false }),
          }
        : {
            title: `Halt ${accountId}?`,
            text: 'New orders are denied from now on. Open orders stay open and are followed, cancels still pass, doubt is still ended.',
            action: `Halt ${accountId}`,
            isGrave: true,
            asksReason: true,
            run: (reason) => setHalt(accountId, { halted: true, reason }),
          },
    );
  const word = halted ? 'Resume…' : 'Halt…';
  return (
    <button
      type="button"
      class={halted ? 'main' : ''}
      aria-label={`${word} ${accountId}`}
      onClick={ask}
    >
      {word}
    </button>
  );
}

async function setHalt(
  accountId: string,
  halt: { readonly halted: boolean; readonly reason?: string },
): Promise<void> {
  const called = await callApi<AccountResource>(`/accounts/${accountId}/halt`, {
    method: 'PUT',
    body: JSON.stringify(halt),
  });
  if (called.kind === 'problem') {
    said.value = `${accountId} is unchanged: ${called.problem.detail}`;
    return;
  }
  keepAccount(accountId, called);
  said.value = halt.halted ? `${accountId} is halted.` : `${accountId} takes orders again.`;
  lookSoon();
}

function ShowAccount() {
  const typed = useSignal('');
  const show = (event: Event) => {
    event.preventDefault();
    if (/^[a-z0-9-]{1,32}$/.test(typed.value)) typeAccount(typed.value, true);
    typed.value = '';
  };
  const isPartial = about.value.value?.isListPartial === true;
  return (
    <form class="show-account" onSubmit={show}>
      <label>
        {isPartial ? 'The stage’s accounts cannot be listed; show' : 'Also show account'}
        <input
          value={typed.value}
          pattern="[a-z0-9\-]{1,32}"
          title="small letters, digits and -, at most 32"
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
        />
      </label>
      <button type="submit">Show</button>
    </form>
  );
}
