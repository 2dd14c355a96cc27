/**
 * Programs that aim, fire or see for their player. The player's hands play on below them: what the program does not do,
 * the person does.
 */
import { BUTTON_ALTERNATE, BUTTON_FIRE, FIGHTER_RADIUS } from "../../../rooms/skirmish/shared/constants.ts";
import type { FighterInput } from "../../../rooms/skirmish/shared/fighter-step.ts";
import { angleTo, type Cheat, type CheatProgram, nearestInSight, squaredDistance } from "./cheats.ts";
import type { LabRandom } from "./lab-random.ts";
import type { Screen } from "./screen.ts";
import { SLOTS } from "./world-tape.ts";

/** Whether a shot would leave the barrel with this step. */
const isLoaded = ({ self }: Screen): boolean => self.weaponCooldown === 0;

function fire(out: FighterInput): void {
  out.buttons = (out.buttons | BUTTON_FIRE) & ~BUTTON_ALTERNATE;
}

/** @param share of shots that the program aims; each is put onto the target in the very step that fires. */
export const snapAimbot = (share: number): Cheat => ({
  name: `snap aimbot ${Math.round(share * 100)} %`,
  about: `${Math.round(share * 100)} % of shots are put onto the target in the step that fires; the player aims the rest.`,
  group: "aim",
  start(random) {
    let mine = random.next() < share;
    return {
      tamper(screen, hands, out) {
        const { target } = hands;
        if (target < 0 || screen.visible[target] === 0 || screen.isShielded[target] === 1) return;
        if (!isLoaded(screen)) return;
        if (mine) {
          // The player has noticed somebody, and leaves the rest to the program.
          fire(out);
          out.aim = angleTo(screen, target);
        } else if ((out.buttons & BUTTON_FIRE) === 0) return;
        mine = random.next() < share;
      },
    };
  },
});

/** @param delayMs from the cursor's being on an enemy to the shot. */
export const triggerbot = (name: string, about: string, delayMs: (random: LabRandom) => number): Cheat => ({
  name,
  about,
  group: "trigger",
  start(random) {
    let onSince = Number.POSITIVE_INFINITY;
    let delay = delayMs(random);
    return {
      tamper(screen, hands, out) {
        out.buttons &= ~(BUTTON_FIRE | BUTTON_ALTERNATE);
        const on = isOnTarget(screen, hands.hand.aim);
        if (!on) {
          onSince = Number.POSITIVE_INFINITY;
          return;
        }
        if (onSince === Number.POSITIVE_INFINITY) {
          onSince = screen.now;
          delay = delayMs(random);
        }
        if (screen.now >= onSince + delay) fire(out);
      },
    };
  },
});

function isOnTarget(screen: Screen, aim: number): boolean {
  const aimX = Math.cos(aim);
  const aimY = Math.sin(aim);
  for (let slot = 0; slot < SLOTS; slot += 1) {
    if (screen.visible[slot] === 0 || screen.isShielded[slot] === 1) continue;
    const dx = (screen.x[slot] as number) - screen.self.x;
    const dy = (screen.y[slot] as number) - screen.self.y;
    if (dx * aimX + dy * aimY > 0 && Math.abs(dx * aimY - dy * aimX) < FIGHTER_RADIUS) return true;
  }
  return false;
}

/** Aims and fires at whoever comes onto the screen, so soon after it. @param delayMs from the picture. */
export const reactionBot = (name: string, about: string, delayMs: (random: LabRandom) => number): Cheat => ({
  name,
  about,
  group: "trigger",
  start(random) {
    const firesAt = new Float64Array(SLOTS);
    const seenAt = new Float64Array(SLOTS).fill(Number.NEGATIVE_INFINITY);
    return {
      tamper(screen, _hands, out) {
        out.buttons &= ~BUTTON_FIRE;
        const { now } = screen;
        for (let slot = 0; slot < SLOTS; slot += 1) {
          if (screen.visible[slot] === 0) continue;
          if (now - (seenAt[slot] as number) > 350) firesAt[slot] = now + delayMs(random);
          seenAt[slot] = now;
        }
        const target = nearestInSight(screen, true);
        if (target < 0 || now < (firesAt[target] as number)) return;
        fire(out);
        out.aim = angleTo(screen, target);
      },
    };
  },
});

/** @param jitter deviation of the intervals, as a share of them. */
export const autofire = (name: string, jitter: number): Cheat => ({
  name,
  about:
    jitter === 0
      ? "While the player holds the trigger a program clicks every 200 ms."
      : `While the player holds the trigger a program clicks every 200 ms, give or take ${Math.round(jitter * 100)} %.`,
  group: "macro",
  start(random) {
    let clicksAt = 0;
    let releasesAt = 0;
    return {
      tamper(screen, hands, out) {
        const { now } = screen;
        const { target } = hands;
        const held =
          (out.buttons & BUTTON_FIRE) !== 0 ||
          (target >= 0 && screen.visible[target] === 1 && now < clicksAt + 400);
        out.buttons &= ~BUTTON_FIRE;
        if (!held) {
          if (now < releasesAt) fire(out);
          return;
        }
        if (now >= clicksAt) {
          // A whole pattern of clicks, however the steps fall.
          clicksAt =
            (now - clicksAt > 100 ? now : clicksAt) + 200 * Math.max(0.3, 1 + jitter * random.normal());
          releasesAt = now + 70;
        }
        if (now < releasesAt) fire(out);
      },
    };
  },
});

/** The cursor stays on the nearest enemy, walls or not, and fires as soon as there is a line. */
const hiddenTargetAim: Cheat = {
  name: "hidden-target aim",
  about:
    "The cursor follows the nearest enemy through walls, by a hand's unsteadiness, and fires when they come out.",
  group: "sight",
  seesAll: true,
  start(random): CheatProgram {
    let off = 0;
    return {
      tamper(screen, _hands, out) {
        let best = -1;
        let bestSquared = 20 * 20;
        for (let slot = 0; slot < SLOTS; slot += 1) {
          if (slot === screen.slot || screen.isAlive[slot] === 0) continue;
          const squared = squaredDistance(screen, slot);
          if (squared >= bestSquared) continue;
          bestSquared = squared;
          best = slot;
        }
        if (best < 0) return;
        off = off * 0.8 + random.normal() * 0.012;
        out.aim = angleTo(screen, best) + off;
        out.buttons &= ~(BUTTON_FIRE | BUTTON_ALTERNATE);
        if (screen.inSight[best] === 1 && screen.isShielded[best] === 0) fire(out);
      },
    };
  },
};

export const COMBAT_CHEATS: readonly Cheat[] = [
  ...[0.05, 0.15, 0.3, 0.6, 1].map(snapAimbot),
  reactionBot("trigger 20–80 ms", "Aims and fires 20–80 ms after somebody comes onto the screen.", (random) =>
    random.between(20, 80),
  ),
  reactionBot(
    "trigger 140 ± 25 ms",
    "Aims and fires 140 ± 25 ms after somebody comes onto the screen.",
    (random) => Math.max(60, 140 + 25 * random.normal()),
  ),
  triggerbot(
    "triggerbot on the cursor",
    "The player aims; a program fires 20–80 ms after the cursor is on somebody.",
    (random) => random.between(20, 80),
  ),
  autofire("autofire", 0),
  autofire("autofire ± 15 %", 0.15),
  hiddenTargetAim,
];
