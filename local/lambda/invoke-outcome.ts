/** How Lambda tells that a function failed: the payload of an answer with `FunctionError` set. */
export type FunctionError = {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
};

export type InvokeOutcome =
  | { readonly kind: 'succeeded'; readonly payload: unknown }
  | { readonly kind: 'failed'; readonly functionError: FunctionError }
  /** Nothing ran: the function's concurrency is used up. The caller decides when to try again. */
  | { readonly kind: 'throttled'; readonly reason: string };

export type InvokeOptions = {
  /** How long the invocation may wait for an instance before it counts as throttled. */
  readonly waitMs?: number;
};

/** Runs functions by name. Rejects only for a name that does not exist. */
export type Invoker = {
  invoke(functionName: string, event: unknown, options?: InvokeOptions): Promise<InvokeOutcome>;
};
