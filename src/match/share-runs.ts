/**
 * Makes callers of a slow piece of work share its runs. A caller's run begins after its call, never before: a run
 * that is under way may have missed what the caller has just done, so all who come meanwhile share the next one.
 * At most one run at a time. A failed run fails its callers only.
 */
export function shareRuns(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        running = next as Promise<void>;
        next = undefined;
        return work();
      });
    return next;
  };
}
