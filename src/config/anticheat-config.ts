/** The section `anticheat`: validators' thresholds, and what evidence is enough for what. Part of `config-schema.ts`. */
import { z } from "zod";
import { validatorConfig } from "./validator-config.ts";

const evidence = (standard: number) => z.number().gt(1).max(1e15).default(standard);

export const anticheatConfig = z
  .strictObject({
    /** Clients are sent a number to echo so often: it bounds saved-up time, and measures round trips. */
    proofEveryMs: z.int().min(50).max(10_000).default(400),
    validators: validatorConfig,
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
      })
      .refine(
        ({ watchedAt, apartAt, mitigatedAt, reviewAt }) =>
          watchedAt <= apartAt && apartAt <= mitigatedAt && mitigatedAt <= reviewAt,
        "expected watchedAt ≤ apartAt ≤ mitigatedAt ≤ reviewAt",
      )
      .prefault({}),
  })
  .prefault({});
