import { type EngineOptions, openEngine, type SqsEngine } from './engine.ts';
import { handleSqsRequest, type SqsRequest, type SqsResponse } from './handle-request.ts';

export type SqsOptions = EngineOptions & {
  /** The server's own address; a function when it is known only once the server listens. */
  baseUrl: string | (() => string);
};

/**
 * The queues of one machine: for SDK clients through `handle`, in the same process through
 * `engine`.
 */
export type Sqs = {
  handle(request: Omit<SqsRequest, 'baseUrl'>): Promise<SqsResponse>;
  readonly engine: SqsEngine;
  close(): void;
};

export function createSqs(options: SqsOptions): Sqs {
  const { baseUrl } = options;
  const engine = openEngine(options);
  const address = () => (typeof baseUrl === 'string' ? baseUrl : baseUrl());
  return {
    handle: (request) => handleSqsRequest(engine, { ...request, baseUrl: address() }),
    engine,
    close: () => engine.close(),
  };
}
