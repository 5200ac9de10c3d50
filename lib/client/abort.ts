/** Calls `stop` when the signal aborts; the returned function takes the listener off again. */
export function onAbort(signal: AbortSignal, stop: () => void): () => void {
  signal.addEventListener('abort', stop, { once: true });
  return () => signal.removeEventListener('abort', stop);
}

/**
 * Waits for work that others may be waiting for too. An abort ends this wait alone, with the signal's reason; the work
 * goes on.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    const giveUp = () => {
      stopListening();
      reject(signal.reason as Error);
    };
    const stopListening = onAbort(signal, giveUp);
    if (signal.aborted) giveUp();
    work.finally(stopListening).then(resolve, reject);
  });
}
