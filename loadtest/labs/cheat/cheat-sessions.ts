/**
 * Sessions of cheats: four in a match, each for itself, with four honest people. Of protocol, time, stamp and link cheats
 * what they gain is counted for a whole minute, as if nobody had been kicked. A match ends after that; with other cheats
 * when all four are flagged, or have had a minute and sixty engagements.
 */
import { type Cheat, PROVABLE } from "./cheats.ts";
import type { AnticheatConfig } from "./lab-config.ts";
import { LabMatch } from "./lab-match.ts";
import type { SeatOutcome } from "./lab-seat.ts";
import type { Network } from "./networks.ts";
import { SLOTS } from "./world-tape.ts";

export const CHEATS_IN_MATCH = 4;
export const WITHIN_SECONDS = 60;
export const WITHIN_ENGAGEMENTS = 60;
/** On a link where hardly anybody meets, sixty engagements would take hours. */
const LONGEST_SECONDS = 600;
/** The countdown, in which nothing counts. */
const LEAD_IN_SECONDS = 2;
const CHEATING = 0xc4ea;

export interface SessionBatch {
  /** In the order of their seats. */
  cheats: SeatOutcome[];
  /** Of the same matches, for comparison. */
  honest: { steps: number; stepMs: number; metres: number; shots: number; hits: number; flags: number };
}

/** @param batch from 0 on. @param serial of the cheat, so that each has matches of its own. */
export function playCheatBatch(
  { seed, serial, batch }: { seed: number; serial: number; batch: number },
  cheat: Cheat,
  network: Network,
  config: AnticheatConfig,
): SessionBatch {
  const players = Array.from({ length: SLOTS }, (_, slot) =>
    // Whoever cheats has a mouse.
    slot < CHEATS_IN_MATCH ? { cheat, kind: "mouse" as const } : {},
  );
  const networkSeed = network.roundTripMs + (network.lane ? 1 : 0);
  const provable = PROVABLE.includes(cheat.group);
  const keepsFlagged = provable || cheat.group === "link";
  const match = new LabMatch({
    seeds: [seed, CHEATING, serial, networkSeed, batch],
    network,
    players,
    config,
    keepsFlagged,
  });
  const cheats = match.seats.slice(0, CHEATS_IN_MATCH);
  match.run(
    WITHIN_SECONDS + LEAD_IN_SECONDS,
    () => !keepsFlagged && cheats.every(({ isFlagged }) => isFlagged),
  );
  if (!provable)
    match.run(LONGEST_SECONDS - WITHIN_SECONDS, () =>
      cheats.every(({ isFlagged, outcome }) => isFlagged || outcome.engagements >= WITHIN_ENGAGEMENTS),
    );
  match.close();
  const honest: SessionBatch["honest"] = { steps: 0, stepMs: 0, metres: 0, shots: 0, hits: 0, flags: 0 };
  for (const { outcome, isFlagged } of match.seats.slice(CHEATS_IN_MATCH)) {
    for (const key of ["steps", "stepMs", "metres", "shots", "hits"] as const) honest[key] += outcome[key];
    if (isFlagged) honest.flags += 1;
  }
  return { cheats: cheats.map(({ outcome }) => outcome), honest };
}
