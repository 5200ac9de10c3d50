import type { WebhookInbox } from './inbox/webhook-inbox.js';

/** Keeps a claim while handlers run: renews it three times in its length until it is stopped or lost. */
export function keepLease(
  inbox: WebhookInbox,
  id: string,
  token: string,
  leaseMs: number,
  onLost: () => void,
): () => void {
  const renew = async (): Promise<boolean> => inbox.renew(id, token, leaseMs);
  const timer = setInterval(
    () => {
      renew().then(
        (held) => {
          if (!held) lose();
        },
        // The store is away; while the lease still holds there is another try, and after it `complete` says so.
        () => undefined,
      );
    },
    Math.max(1, Math.floor(leaseMs / 3)),
  );
  const lose = (): void => {
    clearInterval(timer);
    onLost();
  };
  return () => clearInterval(timer);
}

/** What the promise resolves with, or `undefined` once the time is up. Its rejection is passed on. */
export async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([promise, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
