import { gracePeriod } from "../transport/connection";

export interface Late {
  readonly signal: AbortSignal;
  /** To be called when the signal is of no more use. */
  readonly release: () => void;
}

/** A signal that aborts a moment after another one: for what is worse when it is left half done. */
export function late(signal: AbortSignal): Late {
  const later = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    timer = setTimeout(() => {
      later.abort(signal.reason);
    }, gracePeriod);
  };
  if (signal.aborted) wait();
  else signal.addEventListener("abort", wait, { once: true });
  return {
    signal: later.signal,
    release: () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", wait);
    },
  };
}
