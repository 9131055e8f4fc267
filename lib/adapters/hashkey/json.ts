/**
 * What a JSON text holds, every number replaced by its own source text: `19` becomes `"19"`, and
 * an order id beyond 2^53 keeps all its digits.
 *
 * @returns undefined when the text is not JSON or nested beyond what can be walked
 */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text, numberAsText);
    return value;
  } catch {
    // Not JSON (SyntaxError) or too deep to walk (RangeError): both are unreadable, and what that
    // means is the outcome table's to say.
    return undefined;
  }
}

/** The engine has the third argument, the compiler's library not yet; optional, it fits both. */
function numberAsText(_key: string, value: unknown, context?: { readonly source: string }) {
  return typeof value === 'number' ? (context?.source ?? String(value)) : value;
}
