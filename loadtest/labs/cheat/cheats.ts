/**
 * The corpus: what a cheat is, and those that meddle with time, stamps and bytes. Those that play better than hands can
 * are in `combat-cheats.ts`. Each stands between a person's hands and the wire, and is switched on all the time.
 */

import { BUTTON_FIRE } from "../../../rooms/skirmish/shared/constants.ts";
import type { FighterInput } from "../../../rooms/skirmish/shared/fighter-step.ts";
import type { Hands } from "./hands.ts";
import type { LabRandom } from "./lab-random.ts";
import type { Screen } from "./screen.ts";
import { Uplink } from "./uplink.ts";
import { SLOTS } from "./world-tape.ts";

export type CheatGroup = "protocol" | "time" | "stamp" | "link" | "aim" | "trigger" | "macro" | "sight";

/** What runs in one session. */
export interface CheatProgram {
  /** Changes what the hands made of this step. */
  tamper?(screen: Screen, hands: Hands, out: FighterInput): void;
  /** What the input says was on the screen. */
  stamp?(drawnAt: number, out: FighterInput, screen: Screen): number;
  /** How often each input goes out. */
  copies?: number;
  /** Nothing leaves the machine until then; 0: now. */
  blocksUntil?(screen: Screen, hands: Hands): number;
  /** The block holds up the echoes as well. */
  blocksEchoes?: boolean;
  /** After the step's own inputs. */
  afterSend?(up: Uplink, send: () => void): void;
}

export interface Cheat {
  readonly name: string;
  readonly about: string;
  readonly group: CheatGroup;
  /** How fast the page's clock runs. */
  readonly clockSpeed?: number;
  /** It looks beyond the screen's edge. */
  readonly seesAll?: boolean;
  start(random: LabRandom): CheatProgram;
}

/** Of what is aimed for in a minute: the provable. */
export const PROVABLE: readonly CheatGroup[] = ["protocol", "time", "stamp"];

const flood = (copies: number): Cheat => ({
  name: `flood ×${copies}`,
  about: `Every input goes out ${copies} times.`,
  group: "time",
  start: () => ({ copies }),
});

export const timeWarp = (clockSpeed: number): Cheat => ({
  name: `time warp ×${clockSpeed}`,
  about: `The page's clock runs ${clockSpeed} times as fast.`,
  group: "time",
  clockSpeed,
  start: () => ({}),
});

export const stampShift = (byMs: number): Cheat => ({
  name: `stamp +${byMs} ms`,
  about: `Every input claims a picture ${byMs} ms older than what was shown.`,
  group: "stamp",
  start: () => ({ stamp: (drawnAt) => drawnAt - byMs }),
});

export const backtrack = (byMs: number): Cheat => ({
  name: byMs === 200 ? "per-shot backtrack" : `per-shot backtrack ${byMs} ms`,
  about: `Inputs that fire, and they alone, claim a picture ${byMs} ms older.`,
  group: "stamp",
  start: () => ({
    stamp: (drawnAt, { buttons }) => ((buttons & BUTTON_FIRE) === 0 ? drawnAt : drawnAt - byMs),
  }),
});

/** Holds everything back when an enemy is near, and lets it go in one burst. */
function lagSwitch(blocksEchoes: boolean): Cheat {
  return {
    name: blocksEchoes ? "lag switch" : "lag switch, echoes pass",
    about: blocksEchoes
      ? "The link is cut for half a second and more when an enemy comes into sight, then everything goes at once."
      : "Inputs are held back in fights and go at once later; the network stack echoes on.",
    group: "link",
    start(random) {
      let restsUntil = 0;
      return {
        blocksEchoes,
        blocksUntil(screen) {
          const { now, visible } = screen;
          if (now < restsUntil || !visible.includes(1)) return 0;
          const until = now + random.between(500, 900);
          restsUntil = until + random.between(1500, 3000);
          return until;
        },
      };
    },
  };
}

const outOfDomain: Cheat = {
  name: "out of domain",
  about: "Moves of NaN, ±1e9 and 100 and unknown buttons, one input in ten.",
  group: "protocol",
  start: (random) => ({
    tamper(_screen, _hands, out) {
      if (random.next() >= 0.1) return;
      const kind = random.below(4);
      if (kind === 0) out.moveX = Number.NaN;
      else if (kind === 1) out.moveX = random.next() < 0.5 ? 1e9 : -1e9;
      else if (kind === 2) out.moveY = 100;
      else out.buttons |= 0xf8;
    },
  }),
};

/** The bytes of the second before, sent again as they were. */
const replayedBytes: Cheat = {
  name: "replayed bytes",
  about: "Every two seconds the inputs of the second before are sent again, stamps and all.",
  group: "protocol",
  start() {
    let steps = 0;
    return {
      afterSend(up, send) {
        steps += 1;
        if (steps % 60 !== 0 || up.sent < 40) return;
        const from = up.sent - 30;
        for (let index = 0; index < 30; index += 1) {
          const slot = Uplink.slot(up.sent);
          const old = Uplink.slot(from + index);
          for (const column of [up.moveX, up.moveY, up.aim, up.buttons, up.stamps])
            column[slot] = column[old] as number;
          send();
        }
      },
    };
  },
};

export const PROTOCOL_CHEATS: readonly Cheat[] = [
  flood(2),
  flood(10),
  timeWarp(1.05),
  timeWarp(1.1),
  stampShift(400),
  backtrack(200),
  outOfDomain,
  replayedBytes,
  lagSwitch(true),
  lagSwitch(false),
];

/** The nearest enemy in sight, as the program sees it; −1 for none. */
export function nearestInSight(screen: Screen, onScreenOnly: boolean): number {
  const seen = onScreenOnly ? screen.visible : screen.inSight;
  let best = -1;
  let bestSquared = 26 * 26;
  for (let slot = 0; slot < SLOTS; slot += 1) {
    if (seen[slot] === 0 || screen.isShielded[slot] === 1) continue;
    const squared = squaredDistance(screen, slot);
    if (squared >= bestSquared) continue;
    bestSquared = squared;
    best = slot;
  }
  return best;
}

export function squaredDistance({ x, y, self }: Screen, slot: number): number {
  const dx = (x[slot] as number) - self.x;
  const dy = (y[slot] as number) - self.y;
  return dx * dx + dy * dy;
}

export function angleTo({ x, y, self }: Screen, slot: number): number {
  return Math.atan2((y[slot] as number) - self.y, (x[slot] as number) - self.x);
}
