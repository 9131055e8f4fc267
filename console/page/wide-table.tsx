import type { ComponentChildren } from 'preact';

/** A table that may be wider than the page, and then scrolls by itself. */
export function WideTable({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to take the focus for keys
    <section class="wide" tabIndex={0} aria-label={name}>
      {children}
    </section>
  );
}
