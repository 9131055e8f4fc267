import type { ComponentChildren } from 'preact';
import type { Problem } from './call-api.ts';

/** Says that something is on its way. */
export function Loading({ what }: { what: string }) {
  return (
    <p class="message loading" role="status">
      Loading {what} …
    </p>
  );
}

/** Says that there is nothing, and why that may be. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="message">{children}</p>;
}

/** Says what went wrong and offers to try again. */
export function ProblemBox({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  return (
    <div class="message problem" role="alert">
      <p>
        <strong>{problem.title}.</strong> {problem.detail}
      </p>
      {onRetry !== undefined && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
