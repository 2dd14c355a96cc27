/** Skirmish as recordings know it: the module by which its matches are run again, on a server and in the browser. */
import foundry from "./maps/foundry.json" with { type: "json" };
import { Rerun } from "./rerun.ts";

/** Every map there is, by name. */
export const MAPS = { [foundry.name]: foundry };

/** @throws Error for a recording that is not well-formed. */
export function openRerun(setup: unknown, body: Uint8Array): Rerun {
  return new Rerun(setup, body, MAPS);
}

export const replayGame = { run: openRerun };
