import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Problem, problemAnswer } from './problem.ts';

/** A body larger than this is no order; in bytes. */
export const BODY_BYTES_MAX = 16 * 1024;

/** What came in the body of a request. */
export type Body =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refused'; readonly answer: ReturnType<typeof problemAnswer> };

/**
 * Gives the raw text of a body as it was sent, so that a signature over it can be verified.
 *
 * @param types - content types that are taken
 */
export function rawBody(
  event: APIGatewayProxyEventV2,
  types: readonly string[] = ['application/json'],
): Body {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.byteLength > BODY_BYTES_MAX) {
    return refused({
      status: 413,
      title: 'The body is too large',
      detail: `At most ${BODY_BYTES_MAX} bytes are taken; these are ${bytes.byteLength}.`,
    });
  }
  const [type = ''] = (event.headers['content-type'] ?? '').split(';');
  if (!types.includes(type.trim().toLowerCase())) {
    return refused({
      status: 415,
      title:
        types.length > 1 ? 'The content type is not taken here' : 'The content type is not JSON',
      detail: `Send the header "content-type: ${types.join('" or "content-type: ')}".`,
    });
  }
  return { kind: 'text', text: bytes.toString('utf8') };
}

/** Parses a text as JSON; `invalid` with words for the caller when it is none. */
export function parseJson(
  text: string,
):
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly answer: ReturnType<typeof problemAnswer> } {
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch (error) {
    const detail = error instanceof SyntaxError ? error.message : 'it cannot be read';
    return refused({
      status: 400,
      title: 'The body is not JSON',
      errors: [{ field: 'body', message: detail.slice(0, 200) }],
    });
  }
}

function refused(problem: Problem) {
  return { kind: 'refused' as const, answer: problemAnswer(problem) };
}
