/** Something that pages show and that changes: whoever watches is called after every change, until its page is left. */
export class Watchable {
  readonly #watchers = new Set<() => void>();

  /** Calls at once, and then after every change, until `signal` is aborted. */
  watch(watcher: () => void, signal?: AbortSignal): void {
    if (signal?.aborted) return;
    this.#watchers.add(watcher);
    signal?.addEventListener("abort", () => this.#watchers.delete(watcher), { once: true });
    watcher();
  }

  protected changed(): void {
    for (const watcher of this.#watchers) watcher();
  }
}
