/** The section `anticheat`: validators' thresholds, and what evidence is enough for what. Part of `config-schema.ts`. */
import { z } from "zod";
import { reportsConfig } from "./reports-config.ts";
import { validatorConfig } from "./validator-config.ts";

const evidence = (standard: number) => z.number().gt(1).max(1e15).default(standard);

export const anticheatConfig = z
  .strictObject({
    /** Clients are sent a number to echo so often: it bounds saved-up time, and measures round trips. */
    proofEveryMs: z.int().min(50).max(10_000).default(400),
    validators: validatorConfig,
    reports: reportsConfig,
    /**
     * Combined e-values from which on a player is of a level. At most one in so many honest player-hours comes that far
     * by chance.
     */
    trust: z
      .strictObject({
        /** Evidence is kept. */
        watchedAt: evidence(100),
        /** Matched among their like. */
        apartAt: evidence(1000),
        /** The room takes advantages away, in silence. */
        mitigatedAt: evidence(10_000),
        /** A person decides. */
        reviewAt: evidence(1_000_000),
        /** Without a new decision for so long a player falls back by one level; "review" stays for a person to end. */
        quietDays: z.number().min(0.01).max(3650).default(7),
        /** Cases that were cleared, or that never came to review, are thrown away when they are older. */
        caseKeepDays: z.int().min(1).max(3650).default(90),
        /** Decisions that may wait for the database; then the oldest of the lowest level goes. */
        mostWaitingDecisions: z.int().min(10).max(100_000).default(1000),
        /** How old a process's knowledge of who is banned may be, where nothing told it otherwise. */
        banRecheckSeconds: z.number().min(0.1).max(600).default(5),
      })
      .refine(
        ({ watchedAt, apartAt, mitigatedAt, reviewAt }) =>
          watchedAt <= apartAt && apartAt <= mitigatedAt && mitigatedAt <= reviewAt,
        "expected watchedAt ≤ apartAt ≤ mitigatedAt ≤ reviewAt",
      )
      .prefault({}),
  })
  .prefault({});
