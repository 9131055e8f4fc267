/** The value of an account's secret. */
export function accountValue(change: Readonly<Record<string, unknown>> = {}) {
  return {
    site: 'HK',
    environment: 'sandbox',
    keys: [{ apiKey: 'key-one', apiSecret: 'secret-one' }],
    ...change,
  };
}
