/**
 * Runs jobs on several cores. Results are handed over in the order of the jobs, whatever order they are done in, so what
 * is made of them does not depend on how many workers there are. Workers stay for the next jobs, warm. One that fails
 * ends the run.
 */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type LabJob, type LabResult, runJob } from "./lab-jobs.ts";

/** Ahead of what was handed over, so that a slow job holds up no more than memory for this many results. */
const MOST_AHEAD = 256;

interface Run {
  jobs: readonly LabJob[];
  done: (result: LabResult, index: number) => void;
  results: Map<number, LabResult>;
  next: number;
  handed: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export class WorkerPool {
  readonly #workers: Worker[];
  readonly #idle = new Set<Worker>();
  #run: Run | undefined;

  /** @param workers 0: jobs are done here, one after another. */
  constructor(workers: number) {
    this.#workers = Array.from(
      { length: workers },
      () => new Worker(join(import.meta.dirname, "lab-worker.ts")),
    );
    for (const worker of this.#workers) {
      this.#idle.add(worker);
      worker.on("message", (answer: { id: number; result: LabResult }) => this.#received(worker, answer));
      worker.on("error", (error) => this.#run?.reject(error));
    }
  }

  get size(): number {
    return this.#workers.length;
  }

  /** One run at a time. @param done told of each result, in the order of the jobs. */
  async run(jobs: readonly LabJob[], done: (result: LabResult, index: number) => void): Promise<void> {
    if (jobs.length === 0) return;
    if (this.#workers.length === 0) {
      for (const [index, job] of jobs.entries()) done(runJob(job), index);
      return;
    }
    try {
      await new Promise<void>((resolve, reject) => {
        this.#run = { jobs, done, results: new Map(), next: 0, handed: 0, resolve, reject };
        this.#giveOut();
      });
    } finally {
      this.#run = undefined;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #giveOut(): void {
    const run = this.#run;
    if (!run) return;
    for (const worker of this.#idle) {
      if (run.next >= run.jobs.length || run.next - run.handed >= MOST_AHEAD) return;
      this.#idle.delete(worker);
      worker.postMessage({ id: run.next, job: run.jobs[run.next] }, []);
      run.next += 1;
    }
  }

  #received(worker: Worker, { id, result }: { id: number; result: LabResult }): void {
    this.#idle.add(worker);
    const run = this.#run;
    if (!run) return;
    run.results.set(id, result);
    for (let ready = run.results.get(run.handed); ready !== undefined; ready = run.results.get(run.handed)) {
      run.results.delete(run.handed);
      run.done(ready, run.handed);
      run.handed += 1;
    }
    if (run.handed === run.jobs.length) run.resolve();
    else this.#giveOut();
  }
}
