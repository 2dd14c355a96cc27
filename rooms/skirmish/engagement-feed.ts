/**
 * Tells the validators of engagements: who came into whose sight when, how the aim closed in, what was fired and what
 * hit. Called once a tick, after the step; what it looks at is what each shooter's screen showed: the own fighter as it
 * is, everybody else where the latest input's stamp says they were seen.
 *
 * A pair of a shooter and a target is watched while the target is in range. Its engagement ends when the target has been
 * out of sight for a second, or one of them is dead or gone, or after ten seconds, when a new one begins. Each consumed
 * input's aim is looked at, from where the fighter stands at the end of the tick. Where inputs are missing, because they
 * came too late or a page stood still and made none, nothing is known of how the aim got from before to after.
 * Bounded by slots: at most 16 × 16 pairs. Pure.
 */
import { type Engagement, ERRORS_BEFORE_SHOT, type Shot } from "../../src/index.ts";
import { type ArenaMap, canSee, type Point } from "./shared/arena-map.ts";
import { areHostile } from "./shared/combat.ts";
import { BUTTON_FIRE, FIGHTER_RADIUS, MAX_SLOTS, RIFLE, RIFLE_RANGE, TICK_RATE } from "./shared/constants.ts";
import type { FighterInput } from "./shared/fighter-step.ts";
import { snapAim } from "./shared/fixed-math.ts";
import type { MatchEvent, MatchFighter, MatchWorld } from "./shared/match-world.ts";
import type { PositionHistory } from "./shared/position-history.ts";

const DEGREES = 180 / Math.PI;
/** A miss is charged to the target that the aim is nearest to, within this. */
const AIMED_AT = Math.tan((15 * Math.PI) / 180);
const OUT_OF_SIGHT_ENDS = TICK_RATE;
const LONGEST = 10 * TICK_RATE;
/** Somebody who was out of sight for less is no surprise. */
const SURPRISE_INPUTS = TICK_RATE / 2;
/** A trigger that was held so shortly before is no reaction to what came then. */
const HELD_BEFORE_INPUTS = 10;
/** The screen went on by more than this between two inputs that came apart: those in between were never made. */
const MISSING_TICKS = 2.5;
/** Out of sight for less, everybody knows about where somebody is. */
const HIDDEN_AFTER_INPUTS = TICK_RATE;
/** Where a target stood so long ago is its decoy, when it is somewhere else by now. */
const DECOY_TICKS = 45;
const DECOY_APART_METRES = 2;
/** How near to a body the aim's line has to pass. */
const ON_TARGET_METRES = FIGHTER_RADIUS * 1.5;
const TRAIL = 64;

interface Pair {
  fromTick: number;
  /** Inputs of the shooter since it was opened, and those of them that came without a gap. */
  inputs: number;
  known: number;
  visible: boolean;
  /** Inputs since the target came into sight, or went out of it, and the tick of that. */
  since: number;
  sinceTick: number;
  /** Whether it came into sight unexpectedly, with the trigger at rest, and nothing was fired at it yet. */
  surprise: boolean;
  reactionInputs: number | undefined;
  /** Of the aim's line at the latest inputs: how far along it the target was, and how far beside it. */
  along: Float64Array;
  across: Float64Array;
  shots: Shot[];
  hiddenInputs: number;
  decoyInputs: number;
}

interface Shooter {
  pairs: (Pair | undefined)[];
  /** Inputs consumed so far. */
  inputs: number;
  /** Consumed in the running tick, oldest first. */
  fresh: SeenInput[];
  /** The tick of the latest input, and what it showed. */
  consumedAt: number;
  seenTick: number | undefined;
  heldAt: number;
  inFight: boolean;
}

interface SeenInput {
  aimX: number;
  aimY: number;
  buttons: number;
  seenTick: number | undefined;
  /** Whether the inputs before it are unknown. */
  broken: boolean;
}

const NONE: readonly FiredShot[] = [];

interface FiredShot {
  by: number;
  target: number;
}

export interface EngagementFeedOptions {
  map: ArenaMap;
  /** A quick look that errs on the side of yes. */
  mightSee?: ((from: Point, to: Point) => boolean) | undefined;
  finished: (key: string, engagement: Engagement) => void;
}

export class EngagementFeed {
  readonly #options: EngagementFeedOptions;
  readonly #shooters = new Map<string, Shooter>();
  /** Places of the latest ticks, by slot. */
  readonly #trailX = Array.from({ length: MAX_SLOTS }, () => new Float64Array(TRAIL));
  readonly #trailY = Array.from({ length: MAX_SLOTS }, () => new Float64Array(TRAIL));
  readonly #trailFrom = new Float64Array(MAX_SLOTS);
  #fired: FiredShot[] = [];
  #startTick = 0;

  constructor(options: EngagementFeedOptions) {
    this.#options = options;
  }

  /** A match begins: its recording counts ticks from here. */
  begin(startTick: number): void {
    this.#startTick = startTick;
    this.#shooters.clear();
    this.#fired = [];
    this.#trailFrom.fill(startTick);
  }

  /** The slot may be somebody else's next. */
  leave(key: string, slot: number): void {
    this.#shooters.delete(key);
    for (const { pairs } of this.#shooters.values()) pairs[slot] = undefined;
  }

  /** Whether an enemy was in this player's sight in the latest tick. */
  isInFight(key: string): boolean {
    return this.#shooters.get(key)?.inFight === true;
  }

  /**
   * Of each input that a player's fighter consumed, before the tick's step is over.
   * @param seenTick what the screen showed; undefined for the present.
   * @param missed whether inputs before it were thrown away.
   */
  consumed(
    key: string,
    { aim, buttons }: FighterInput,
    seenTick: number | undefined,
    missed: boolean,
    tick: number,
  ): void {
    let shooter = this.#shooters.get(key);
    if (shooter === undefined) {
      shooter = {
        pairs: [],
        inputs: 0,
        fresh: [],
        consumedAt: tick,
        seenTick,
        heldAt: Number.NEGATIVE_INFINITY,
        inFight: false,
      };
      this.#shooters.set(key, shooter);
    }
    const apart = tick - shooter.consumedAt > 1;
    const skipped = apart && (seenTick ?? tick) - (shooter.seenTick ?? shooter.consumedAt) > MISSING_TICKS;
    const angle = snapAim(aim, (buttons & BUTTON_FIRE) !== 0);
    shooter.fresh.push({
      aimX: Math.cos(angle),
      aimY: Math.sin(angle),
      buttons,
      seenTick,
      broken: missed || skipped,
    });
    shooter.consumedAt = tick;
    shooter.seenTick = seenTick;
  }

  /** Of each event of the step. */
  happened(event: MatchEvent): void {
    if (event[0] === "shot" && event[2] === RIFLE) this.#fired.push({ by: event[1], target: event[5] });
  }

  /** After the step, while the match is fought. */
  afterTick(world: MatchWorld, history: PositionHistory): void {
    this.#trace(world);
    for (const [key, shooter] of this.#shooters) {
      if (shooter.fresh.length === 0) continue;
      const self = world.fighters.get(key);
      if (self === undefined) this.#shooters.delete(key);
      else this.#look(key, shooter, self, world, history);
      shooter.fresh.length = 0;
    }
    this.#fired.length = 0;
  }

  #trace(world: MatchWorld): void {
    const at = world.tick & (TRAIL - 1);
    world.fighters.forEach(({ slot, x, y, health, respawnAt }) => {
      (this.#trailX[slot] as Float64Array)[at] = x;
      (this.#trailY[slot] as Float64Array)[at] = y;
      if (health <= 0 || respawnAt > 0) this.#trailFrom[slot] = world.tick;
    });
  }

  #look(
    key: string,
    shooter: Shooter,
    self: MatchFighter,
    world: MatchWorld,
    history: PositionHistory,
  ): void {
    const latest = shooter.fresh.at(-1) as SeenInput;
    let nearest: Pair | undefined;
    let nearestOff = AIMED_AT;
    let nearestDistance = 0;
    shooter.inFight = false;
    const shots = this.#fired.length === 0 ? NONE : this.#fired.filter(({ by }) => by === self.slot);
    world.fighters.forEach((other, otherKey) => {
      if (other === self) return;
      const { slot } = other;
      let pair = shooter.pairs[slot];
      const place =
        (latest.seenTick === undefined ? undefined : history.at(otherKey, latest.seenTick)) ?? other;
      const dx = place.x - self.x;
      const dy = place.y - self.y;
      const distance = Math.sqrt(dx * dx + dy * dy);
      const isTarget = self.health > 0 && other.health > 0 && areHostile(world, self, other);
      if (!isTarget || distance > RIFLE_RANGE || distance === 0) {
        if (pair) this.#close(key, shooter, self.slot, slot, world.tick);
        return;
      }
      if (pair === undefined) {
        pair = openPair(world.tick - this.#startTick);
        shooter.pairs[slot] = pair;
      }
      const visible = this.#sees(self, place, dx, dy, distance);
      for (let index = 0; index < shooter.fresh.length; index += 1) {
        const { aimX, aimY, broken } = shooter.fresh[index] as SeenInput;
        const rested = shooter.inputs + index - shooter.heldAt > HELD_BEFORE_INPUTS;
        if (broken) pair.known = 0;
        const surprised = visible && rested && !broken;
        this.#note(
          pair,
          visible,
          surprised,
          world.tick,
          dx * aimX + dy * aimY,
          Math.abs(dx * aimY - dy * aimX),
        );
      }
      const along = dx * latest.aimX + dy * latest.aimY;
      const across = Math.abs(dx * latest.aimY - dy * latest.aimX);
      if (visible) shooter.inFight = true;
      else if (pair.since > HIDDEN_AFTER_INPUTS)
        this.#noteHidden(pair, self, slot, world.tick, place, latest, along > 0 && across < ON_TARGET_METRES);
      if (shots.length > 0) {
        if (shots.some(({ target }) => target === slot)) this.#shoot(pair, true, distance, world.tick);
        else if (visible && along > 0 && across / along < nearestOff) {
          nearest = pair;
          nearestOff = across / along;
          nearestDistance = distance;
        }
      }
      if ((!visible && pair.since >= OUT_OF_SIGHT_ENDS && pair.shots.length > 0) || pair.inputs >= LONGEST)
        this.#close(key, shooter, self.slot, slot, world.tick);
    });
    if (nearest && shots.some(({ target }) => target < 0))
      this.#shoot(nearest, false, nearestDistance, world.tick);
    for (const { buttons } of shooter.fresh) {
      shooter.inputs += 1;
      if ((buttons & BUTTON_FIRE) !== 0) shooter.heldAt = shooter.inputs;
    }
  }

  /** Any of the body counts: its middle, or either side. */
  #sees(self: Point, place: Point, dx: number, dy: number, distance: number): boolean {
    const { map, mightSee } = this.#options;
    if (mightSee && !mightSee(self, place)) return false;
    if (canSee(map, self, place)) return true;
    const sideX = (-dy / distance) * FIGHTER_RADIUS;
    const sideY = (dx / distance) * FIGHTER_RADIUS;
    return (
      canSee(map, self, { x: place.x + sideX, y: place.y + sideY }) ||
      canSee(map, self, { x: place.x - sideX, y: place.y - sideY })
    );
  }

  /** @param surprised whether, if it comes into sight now, that is news to somebody whose trigger was at rest. */
  #note(pair: Pair, visible: boolean, surprised: boolean, tick: number, along: number, across: number): void {
    const at = pair.inputs & (ERRORS_BEFORE_SHOT - 1);
    pair.along[at] = along;
    pair.across[at] = across;
    pair.inputs += 1;
    pair.known += 1;
    if (visible === pair.visible) {
      pair.since += 1;
      return;
    }
    pair.surprise = surprised && pair.since >= SURPRISE_INPUTS && pair.shots.length === 0;
    pair.visible = visible;
    pair.since = 0;
    pair.sinceTick = tick;
  }

  #noteHidden(
    pair: Pair,
    self: Point,
    slot: number,
    tick: number,
    place: Point,
    { aimX, aimY }: SeenInput,
    onTarget: boolean,
  ): void {
    if (tick - (this.#trailFrom[slot] as number) < DECOY_TICKS) return;
    const at = (tick - DECOY_TICKS) & (TRAIL - 1);
    const x = (this.#trailX[slot] as Float64Array)[at] as number;
    const y = (this.#trailY[slot] as Float64Array)[at] as number;
    if (Math.abs(x - place.x) + Math.abs(y - place.y) < DECOY_APART_METRES) return;
    const dx = x - self.x;
    const dy = y - self.y;
    const onDecoy = dx * aimX + dy * aimY > 0 && Math.abs(dx * aimY - dy * aimX) < ON_TARGET_METRES;
    if (onTarget === onDecoy) return;
    if (onTarget) pair.hiddenInputs += 1;
    else pair.decoyInputs += 1;
  }

  #shoot(pair: Pair, hit: boolean, distance: number, tick: number): void {
    // One input from before it came into sight shows a jump onto it in the very input that could see it.
    const kept = pair.visible ? Math.min(pair.known, pair.since + 2, ERRORS_BEFORE_SHOT) : 0;
    const errors: number[] = [];
    for (let ago = kept; ago > 0; ago -= 1)
      errors.push(errorAt(pair, (pair.inputs - ago) & (ERRORS_BEFORE_SHOT - 1)));
    if (pair.surprise) {
      // Inputs that are missing took their time, too.
      pair.reactionInputs = Math.max(pair.since, tick - pair.sinceTick);
      pair.surprise = false;
    }
    pair.shots.push({ input: pair.inputs, hit, distance, errors });
  }

  #close(key: string, shooter: Shooter, slot: number, targetSlot: number, tick: number): void {
    const pair = shooter.pairs[targetSlot];
    shooter.pairs[targetSlot] = undefined;
    if (!pair) return;
    const { fromTick, reactionInputs, shots, hiddenInputs, decoyInputs } = pair;
    if (shots.length === 0 && hiddenInputs + decoyInputs === 0) return;
    this.#options.finished(key, {
      fromTick,
      toTick: tick - this.#startTick,
      slot,
      targetSlot,
      reactionInputs,
      shots,
      hiddenInputs,
      decoyInputs,
      stepMs: 1000 / TICK_RATE,
    });
  }
}

/** Degrees. */
function errorAt({ along, across }: Pair, at: number): number {
  return Math.atan2(across[at] as number, along[at] as number) * DEGREES;
}

function openPair(fromTick: number): Pair {
  return {
    fromTick,
    inputs: 0,
    known: 0,
    visible: false,
    since: 0,
    sinceTick: 0,
    surprise: false,
    reactionInputs: undefined,
    along: new Float64Array(ERRORS_BEFORE_SHOT),
    across: new Float64Array(ERRORS_BEFORE_SHOT),
    shots: [],
    hiddenInputs: 0,
    decoyInputs: 0,
  };
}
