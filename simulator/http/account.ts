import { plain } from '../exchange/decimal.ts';
import { jsonAnswer } from './answer.ts';
import type { SignedHandler } from './call.ts';
import { feeInfo } from './info-wire.ts';

export const accountBalances: SignedHandler = ({ exchange }, call) => {
  const { accountId, userId } = call.key.account;
  const held = exchange.state.balances.assetsOf(accountId);
  const balances = held.map(([asset, { free, locked }]) => ({
    asset,
    assetId: asset,
    assetName: asset,
    total: plain(free.plus(locked)),
    free: plain(free),
    locked: plain(locked),
  }));
  return jsonAnswer({ balances, userId });
};

export const accountType: SignedHandler = (_services, call) => {
  const { accountId, userId } = call.key.account;
  const main = { accountLabel: 'Main Trading Account', accountType: 1, accountIndex: 0 };
  return jsonAnswer([{ accountId, ...main, userId }]);
};

export const checkApiKey: SignedHandler = () => jsonAnswer({ accountType: 'master' });

export const feeTier: SignedHandler = ({ exchange }, call) => {
  const { instruments, site } = exchange.state;
  return jsonAnswer({
    code: 0,
    vipLevel: '0',
    tradeVol30Day: '0',
    totalAssetBal: '0',
    data: [...instruments.values()].map((instrument) => feeInfo(instrument, site)),
    updateTimestamp: String(call.now),
  });
};
