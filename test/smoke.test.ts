import { expect, it } from '@jest/globals';
it('runs on the Node of Lambda', () => { expect(Number(process.versions.node.split('.')[0])).toBeGreaterThanOrEqual(22); });
