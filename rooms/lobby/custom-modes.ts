/** What custom games can play, as the room's options in `arena.config.ts` say it. */
import { z } from "zod";

/** With spectators no more than one match takes. */
const MOST_PLACES = 100;

const modes = z
  .record(
    z.string().min(1).max(64),
    z.strictObject({
      /** By its name in `rooms`. */
      room: z.string().min(1),
      match: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
      /** To choose from; the first one unless the host says otherwise. Empty: the room's own. */
      maps: z.array(z.string().min(1).max(64)).default([]),
      /** Places of each team. */
      teams: z
        .array(z.int().min(1).max(64))
        .min(1)
        .max(16)
        .refine(
          (sizes) => sizes.reduce((sum, size) => sum + size, 0) <= MOST_PLACES,
          `at most ${MOST_PLACES} places`,
        ),
    }),
  )
  .refine((all) => Object.keys(all).length > 0, "expected at least one mode");

export type CustomModes = z.output<typeof modes>;

/** @throws ZodError: the modes are the developer's, so a wrong one is a bug. */
export function readModes(options: unknown): CustomModes {
  return modes.parse(options);
}
