/** A request as it came over the wire. `query` and `body` hold one character per byte. */
export type RawRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly contentType: string;
  readonly header: (name: string) => string | undefined;
};

/** Splits a request target without touching its encoding. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?');
  return mark < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

export const hasJsonBody = (request: RawRequest): boolean =>
  request.contentType.toLowerCase().startsWith('application/json');

/** The form parameters of a request: those of the query win over those of the body. */
export function parametersOf(request: RawRequest): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  const body = hasJsonBody(request) ? '' : request.body;
  for (const text of [request.query, body]) {
    for (const [name, value] of new URLSearchParams(asUtf8(text))) {
      if (!parameters.has(name)) parameters.set(name, value);
    }
  }
  return parameters;
}

export const asUtf8 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');
