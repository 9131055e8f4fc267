import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openBench } from './engine-under-test.ts';
import { runSteps, settings, steps } from './model-run.ts';

describe('any sequence of operations', () => {
  it('gives what the plain model gives', async () => {
    await fc.assert(
      fc.asyncProperty(steps(false), settings, (all, config) => runSteps(all, config, {})),
      { numRuns: 300, seed: 20_240_501 },
    );
  });
});

describe('several consumers of one queue', () => {
  // Independent of the model: looks only at what a producer and consumers can see.
  const plan = fc.record({
    groups: fc.array(fc.constantFrom('A', 'B', 'C', 'D'), { minLength: 1, maxLength: 40 }),
    // Each turn a consumer takes, fails or finishes what it holds; 1 in 3 lets the time run out.
    turns: fc.array(
      fc.record({
        messagesMax: fc.integer({ min: 1, max: 10 }),
        ending: fc.constantFrom('finish', 'giveBack', 'keep', 'timeOut'),
      }),
      { maxLength: 40 },
    ),
  });

  it('hold a group one at a time and finish each message once, in its order', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ groups, turns }) => {
        const { send, take, remove, hide, drain, time, engine } = openBench();
        const sent = send(...groups.map((group, index) => `${group}${index}`)).length;
        const held = new Map<string, string>();
        const finished: string[] = [];
        for (const turn of turns) {
          const messages = take(turn.messagesMax);
          for (const { groupId } of messages) expect(held.has(groupId)).toBe(false);
          if (turn.ending === 'finish') {
            expect(new Set(remove(...messages)).has('gone')).toBe(false);
            finished.push(...messages.map(({ body }) => body));
          }
          if (turn.ending === 'giveBack') for (const message of messages) hide(message, 0);
          if (turn.ending === 'keep')
            for (const { groupId, body } of messages) held.set(groupId, body);
          if (turn.ending === 'timeOut') {
            await time.advance(30_000);
            held.clear();
          }
        }
        await time.advance(30_000);
        finished.push(...drain());
        expect(finished).toHaveLength(sent);
        for (const group of ['A', 'B', 'C', 'D']) {
          const order = finished.filter((body) => body.startsWith(group));
          const numbers = order.map((body) => Number(body.slice(1)));
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        }
        engine.close();
      }),
      { numRuns: 150, seed: 20_240_502 },
    );
  });
});
