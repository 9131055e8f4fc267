/** Decides what becomes of one call of a port; `proceed` makes it. */
export type Intercept = (
  call: { readonly method: string; readonly args: readonly unknown[] },
  proceed: () => Promise<unknown>,
) => Promise<unknown>;

/** Puts something between the callers of a port and the port. Its methods are all asynchronous. */
export function intercepted<Port extends object>(port: Port, intercept: Intercept): Port {
  return new Proxy(port, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function' || typeof name !== 'string') return method;
      return (...args: readonly unknown[]) =>
        intercept({ method: name, args }, async () => Reflect.apply(method, target, args));
    },
  });
}

/** How one call of a port fails. */
export type PortFault =
  /** Refused: nothing is done. */
  | 'refused'
  /** Done, but the caller is told that it failed. */
  | 'answer-lost';

/** Lets calls of a port fail as told; undefined lets them pass. */
export function failing<Port extends object>(
  port: Port,
  choose: (method: string, args: readonly unknown[]) => PortFault | undefined,
): Port {
  return intercepted(port, async ({ method, args }, proceed) => {
    const fault = choose(method, args);
    if (fault === 'refused') throw new Error(`${method} is refused`);
    const answer = await proceed();
    if (fault === 'answer-lost') throw new Error(`the answer of ${method} is lost`);
    return answer;
  });
}
