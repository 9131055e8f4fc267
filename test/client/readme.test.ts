import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const readme = readFileSync('client/README.md', 'utf8');
const shown = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);

describe('the README of the client', () => {
  it.each(['place-order', 'receive-results'])('shows the example %s as it runs', (name) => {
    const code = readFileSync(`client/examples/${name}.ts`, 'utf8');
    expect(shown).toContain(code.replace("'../index.ts'", "'hashkey-orders-client'"));
  });

  it('shows no code that does not run', () => {
    expect(shown).toHaveLength(2);
  });
});
