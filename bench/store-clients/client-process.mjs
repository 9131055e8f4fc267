// One client in a process of its own: only its own processor time counts.

import { setTimeout as pause } from 'node:timers/promises';
import { answerCalls } from '../budget/processes/answer-calls.ts';
import { CLIENTS } from './clients.mjs';

let client;
let version = 1;
const KEY = { accountId: 'desk-1', clientOrderId: 'order-1' };

answerCalls({
  async start({ name, url }) {
    client = await CLIENTS[name](new URL(url));
  },
  /** Reads and writes by turns; gives milliseconds of processor time for one call. */
  async run({ calls, pauseMs }) {
    const before = process.cpuUsage();
    for (let done = 0; done < calls; done += 2) {
      const item = await client.read(KEY);
      if (item.version !== version) throw new Error(`read ${item.version}, wrote ${version}`);
      if (pauseMs > 0) await pause(pauseMs);
      await client.write(KEY, version, version % 2 === 0 ? 'NEW' : 'SENDING');
      version += 1;
      if (pauseMs > 0) await pause(pauseMs);
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000 / calls;
  },
  forget() {
    version = 1;
  },
});
