/** Ends asking, or asks at once. */
export interface Asking {
  soon(): void;
  end(): void;
}

/** Several wishes to ask at once are answered together after so long. */
const SOON_MS = 250;

/**
 * Asks again and again, one question at a time, and not while nobody looks at the page.
 *
 * @param paceMs - from an answer to the next question
 */
export function keepAsking(ask: () => Promise<void>, paceMs: number): Asking {
  let timer: number | undefined;
  let isAsking = false;
  let isWanted = false;
  let isOver = false;

  const plan = (ms: number) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void run(), ms);
  };
  const run = async () => {
    if (isOver || document.hidden) return;
    isAsking = true;
    isWanted = false;
    await ask();
    isAsking = false;
    if (!isOver) plan(isWanted ? SOON_MS : paceMs);
  };
  const soon = () => {
    isWanted = true;
    if (!isAsking && !isOver) plan(SOON_MS);
  };
  const seen = () => {
    if (!document.hidden && !isAsking) void run();
  };
  document.addEventListener('visibilitychange', seen);
  void run();

  return {
    soon,
    end() {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    },
  };
}
