/** Every cheat that the lab runs, and the curves of those that can be turned down. Names are stable: seeds hang on them. */

import { backtrack, type Cheat, PROTOCOL_CHEATS, stampShift, timeWarp } from "./cheats.ts";
import { autofire, COMBAT_CHEATS, reactionBot, snapAimbot } from "./combat-cheats.ts";

export const CORPUS: readonly Cheat[] = [...PROTOCOL_CHEATS, ...COMBAT_CHEATS];

export interface Curve {
  name: string;
  /** What is turned, with its unit. */
  parameter: string;
  points: readonly { at: number; cheat: Cheat }[];
}

const curve = (
  name: string,
  parameter: string,
  values: readonly number[],
  cheat: (value: number) => Cheat,
): Curve => ({
  name,
  parameter,
  points: values.map((at) => ({ at, cheat: cheat(at) })),
});

export const CURVES: readonly Curve[] = [
  curve("snap aimbot", "shots aimed by the program, %", [2, 5, 10, 15, 20, 30, 45, 60, 80, 100], (percent) =>
    snapAimbot(percent / 100),
  ),
  curve(
    "reaction",
    "from the picture to the shot, ms (± 25)",
    [40, 60, 80, 100, 120, 140, 160, 180, 220],
    (ms) => reactionBot(`reaction ${ms} ms`, "", (random) => Math.max(20, ms + 25 * random.normal())),
  ),
  curve("autofire", "deviation of the clicks, %", [0, 3, 6, 10, 15, 25], (percent) =>
    autofire(`autofire ${percent} %`, percent / 100),
  ),
  curve("time warp", "faster than the server, %", [0.2, 0.5, 1, 2, 3, 5, 10], (percent) =>
    timeWarp(1 + percent / 100),
  ),
  curve("stamps", "older than what was shown, ms", [50, 100, 150, 200, 250, 300, 400], stampShift),
  curve("backtrack", "older for shots alone, ms", [25, 50, 75, 100, 150, 200, 300], backtrack),
];

/** What a name stands for; a worker is told names, since programs do not travel. */
export function cheatNamed(name: string): Cheat | undefined {
  return (
    CORPUS.find((cheat) => cheat.name === name) ??
    CURVES.flatMap(({ points }) => points.map(({ cheat }) => cheat)).find((cheat) => cheat.name === name)
  );
}

/** Of a name, so that the order of the corpus does not matter to a cheat's matches. */
export function serialOf(name: string): number {
  let hash = 2166136261;
  for (let index = 0; index < name.length; index += 1)
    hash = Math.imul(hash ^ name.charCodeAt(index), 16777619);
  return hash >>> 0;
}
