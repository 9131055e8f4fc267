// Works on a queue file until it is killed, and says before and after each operation what it does.
import { writeSync } from 'node:fs';
import { openEngine } from '../../../local/sqs/engine.ts';

const QUEUE = 'orders.fifo';
const STDOUT = 1;
const SENDS_MAX = 100_000; // ends also when nobody kills it

const say = (line: string) => writeSync(STDOUT, `${line}\n`);
// Its clock stands in the past: what it leaves in flight is visible again to whoever opens the
// file next.
const engine = openEngine({ file: process.argv[2] ?? '', clock: { now: () => 1_699_999_900_000 } });
engine.createQueue(QUEUE, { FifoQueue: 'true', VisibilityTimeout: '30' });

for (let number = 0; number < SENDS_MAX; number += 1) {
  const groupId = 'ABC'.charAt(number % 3);
  const body = `${groupId}${number}`;
  say(`sending ${body}`);
  engine.send(QUEUE, { body, groupId, deduplicationId: body });
  say(`sent ${body}`);
  if (number % 4 !== 3) continue;

  for (const message of engine.receiveNow(QUEUE, { messagesMax: 2 })) {
    say(`deleting ${message.body}`);
    engine.deleteMessage(QUEUE, message.receiptHandle);
    say(`deleted ${message.body}`);
  }
}
