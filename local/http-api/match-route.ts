import type { RouteDescription } from '../template/description.ts';

export type RouteMatch = {
  readonly route: RouteDescription;
  /** Decoded; absent when the route has none. */
  readonly pathParameters?: Readonly<Record<string, string>>;
};

type Segment =
  | { readonly kind: 'fixed'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'greedy'; readonly name: string };

type CompiledRoute = {
  readonly route: RouteDescription;
  readonly method: string;
  readonly segments: readonly Segment[];
};

/**
 * Builds what finds the route of a request.
 *
 * The most specific path wins, segment by segment from the left: fixed text before a parameter
 * before a greedy parameter. For one path its own method wins over `ANY`;
 * `$default` takes the rest.
 */
export function compileRoutes(
  routes: readonly RouteDescription[],
): (method: string, path: string) => RouteMatch | undefined {
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  const compiled = routes
    .filter((route) => route !== fallback)
    .map(compile)
    .toSorted((one, other) => compareText(rank(one), rank(other)));

  return (method, path) => {
    const parts = path.split('/').slice(1);
    for (const candidate of compiled) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue;
      const pathParameters = matchSegments(candidate.segments, parts);
      if (pathParameters === undefined) continue;
      const hasNone = Object.keys(pathParameters).length === 0;
      return hasNone ? { route: candidate.route } : { route: candidate.route, pathParameters };
    }
    return fallback === undefined ? undefined : { route: fallback };
  };
}

function compile(route: RouteDescription): CompiledRoute {
  const [, method, path] = /^([A-Z]+) \/(.*)$/.exec(route.routeKey) ?? [];
  if (method === undefined || path === undefined) {
    throw new Error(`The route key ${route.routeKey} is neither "METHOD /path" nor "$default".`);
  }
  const segments = path.split('/').map((text): Segment => {
    const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(text) ?? [];
    if (name === undefined) return { kind: 'fixed', text };
    return { kind: plus === '+' ? 'greedy' : 'parameter', name };
  });
  return { route, method, segments };
}

const kindRank = { fixed: '0', parameter: '1', greedy: '2' } as const;

function rank({ method, segments }: CompiledRoute): string {
  const path = segments.map(({ kind }) => kindRank[kind]).join('');
  return `${path}${method === 'ANY' ? '1' : '0'}`;
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function matchSegments(
  segments: readonly Segment[],
  parts: readonly string[],
): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  const isGreedy = segments.at(-1)?.kind === 'greedy';
  if (isGreedy ? parts.length < segments.length : parts.length !== segments.length) {
    return undefined;
  }
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? '';
    switch (segment.kind) {
      case 'fixed':
        if (part !== segment.text) return undefined;
        break;
      case 'parameter':
        if (part === '') return undefined;
        parameters[segment.name] = decode(part);
        break;
      case 'greedy':
        parameters[segment.name] = decode(parts.slice(index).join('/'));
        break;
    }
  }
  return parameters;
}

/** A path with a broken escape is handed on as it came. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
