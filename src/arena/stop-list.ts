/** What has been started, to be stopped in reverse order. */
import type { Logger } from "../observability/logger.ts";

export class StopList {
  readonly #steps: { name: string; stop: () => Promise<void> | void }[] = [];
  readonly #log: Logger;
  #running: Promise<void> | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  add(name: string, stop: () => Promise<void> | void): void {
    this.#steps.push({ name, stop });
  }

  /** Stops everything once, last started first; a step that fails is logged and the rest still stops. */
  run(): Promise<void> {
    this.#running ??= this.#stopAll();
    return this.#running;
  }

  async #stopAll(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step.stop();
        this.#log.debug({ step: step.name }, "stopped");
      } catch (error) {
        this.#log.error({ err: error, step: step.name }, "could not be stopped cleanly");
      }
    }
  }
}
