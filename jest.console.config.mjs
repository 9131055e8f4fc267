import everyday from './jest.config.mjs';

/** The console in a real browser: a run of its own, because it needs chromium and takes minutes. */
export default {
  ...everyday,
  testMatch: ['<rootDir>/test/console/**/*.browser.ts'],
  maxWorkers: 1,
  testTimeout: 60_000,
};
