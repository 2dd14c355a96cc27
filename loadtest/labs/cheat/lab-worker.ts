/** One core's share of the lab: takes jobs one by one. */
import { parentPort } from "node:worker_threads";
import { type LabJob, runJob } from "./lab-jobs.ts";

parentPort?.on("message", ({ id, job }: { id: number; job: LabJob }) => {
  parentPort?.postMessage({ id, result: runJob(job) }, []);
});
