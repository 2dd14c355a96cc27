/**
 * Runs recordings again in a worker thread of its own, one after the other: the process's event loop and its rooms notice
 * nothing of it. The thread starts with the first recording and stays.
 *
 * Contract: `verify` answers within `timeoutMs`, whatever the recording, the game's module or the thread do. A run may
 * take half of that; then the thread is ended, and a new one takes the next, so that one that hangs does not cost those
 * behind it their turn. A thread that dies takes one recording with it.
 *
 * Bounded: `mostWaiting` recordings wait; one more is answered "busy" at once. The thread's heap is `heapMegabytes`.
 *
 * `close` ends the thread; `verify` rejects from then on, for what waits as well: a process that stops has found nothing
 * out about a result, and must not say that it tried.
 */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { UnknownReason, VerifyAnswer, VerifyOutcome, VerifyRequest } from "./verifier-messages.ts";

export interface VerifierOptions {
  timeoutMs: number;
  mostWaiting: number;
  mostBodyBytes: number;
  heapMegabytes: number;
}

export type VerifyJob = Pick<VerifyRequest, "game" | "bytes" | "matchId" | "build">;

interface Job {
  request: VerifyRequest;
  settle: PromiseWithResolvers<VerifyOutcome>;
  timer: NodeJS.Timeout;
}

export class ReplayVerifier {
  readonly #options: VerifierOptions;
  readonly #waiting: Job[] = [];
  #running: Job | undefined;
  #worker: Worker | undefined;
  #ids = 0;
  #closed = false;

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  /** @throws Error once it is closed; never for what is wrong with a recording. */
  verify(job: VerifyJob): Promise<VerifyOutcome> {
    if (this.#closed) return Promise.reject(closed());
    if (this.#waiting.length >= this.#options.mostWaiting) return Promise.resolve(unknown("busy"));
    this.#ids += 1;
    const { mostBodyBytes, timeoutMs } = this.#options;
    const waiting: Job = {
      request: { ...job, id: this.#ids, mostBodyBytes },
      settle: Promise.withResolvers(),
      timer: setTimeout(() => this.#giveUp(waiting), timeoutMs / 2),
    };
    this.#waiting.push(waiting);
    this.#next();
    return waiting.settle.promise;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const jobs = [...this.#waiting.splice(0), ...(this.#running ? [this.#running] : [])];
    this.#running = undefined;
    for (const { timer, settle } of jobs) {
      clearTimeout(timer);
      settle.reject(closed());
    }
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #next(): void {
    if (this.#running || this.#closed) return;
    const job = this.#waiting.shift();
    if (!job) {
      // Nothing waits for its answer: it need not keep a process alive.
      this.#worker?.unref();
      return;
    }
    this.#running = job;
    clearTimeout(job.timer);
    job.timer = setTimeout(() => this.#giveUp(job), this.#options.timeoutMs / 2);
    try {
      this.#worker ??= this.#startWorker();
      this.#worker.ref();
      this.#worker.postMessage(job.request, []);
    } catch (error) {
      this.#end(job, unknown("worker_died", String(error)));
    }
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL(`./verifier-worker${extname(import.meta.url)}`, import.meta.url), {
      name: "replay verifier",
      // It runs a game's code on what players sent: what the process's environment holds is none of its business.
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: this.#options.heapMegabytes },
    });
    let failure = "";
    worker.on("message", ({ id, outcome }: VerifyAnswer) => {
      if (this.#running?.request.id === id) this.#end(this.#running, outcome);
    });
    worker.on("error", (error) => {
      failure = String(error);
    });
    worker.on("exit", (code) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      if (this.#running)
        this.#end(this.#running, unknown("worker_died", failure || `It ended with ${code}.`));
    });
    return worker;
  }

  /** Its time is over, in the queue or in the thread. */
  #giveUp(job: Job): void {
    if (this.#running !== job) {
      this.#waiting.splice(this.#waiting.indexOf(job), 1);
      job.settle.resolve(unknown("busy"));
      return;
    }
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    this.#end(job, unknown("timeout"));
  }

  #end(job: Job, outcome: VerifyOutcome): void {
    clearTimeout(job.timer);
    this.#running = undefined;
    job.settle.resolve(outcome);
    this.#next();
  }
}

function unknown(reason: UnknownReason, detail?: string): VerifyOutcome {
  return { kind: "unknown", reason, ...(detail === undefined ? {} : { detail }) };
}

function closed(): Error {
  return new Error("the replay verifier is closed");
}
