import everyday from './jest.config.mjs';

/** Whole-stack tests that take long: kills, every command, races, results, shards. */
export default {
  ...everyday,
  testMatch: ['<rootDir>/test/stack/**/*.long.ts'],
};
