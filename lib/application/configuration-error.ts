/** A setting or a secret is wrong. The message names it and says what to do, without its value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
