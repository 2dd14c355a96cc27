/**
 * A synthetic person at the controls: sees what comes onto the screen, reacts after a while, brings the cursor there,
 * pulls the trigger when it seems to be on target, walks, dodges. Traits are those of `people.ts`. One call is one step;
 * nothing is kept between steps but here. Pure.
 */
import type { ArenaMap } from "../../../rooms/skirmish/shared/arena-map.ts";
import {
  BUTTON_ALTERNATE,
  BUTTON_DASH,
  BUTTON_FIRE,
  FIGHTER_RADIUS,
  SHELL_SPEED,
} from "../../../rooms/skirmish/shared/constants.ts";
import type { FighterInput } from "../../../rooms/skirmish/shared/fighter-step.ts";
import type { NavGrid } from "../../../rooms/skirmish/shared/nav-grid.ts";
import { AimingHand } from "./aiming-hand.ts";
import type { LabRandom } from "./lab-random.ts";
import type { Person } from "./people.ts";
import type { Screen } from "./screen.ts";
import { TriggerFinger } from "./trigger-finger.ts";
import { WalkingLegs } from "./walking-legs.ts";
import { SLOTS } from "./world-tape.ts";

const STEP_MS = 1000 / 30;
/** Who is gone for less was not forgotten. */
const REMEMBERED_MS = 350;
/** For so long a corner is watched behind which somebody went. */
const WATCHES_MS = 3000;
const CHOOSES_EVERY_MS = 450;
const DASH_PRESSED_STEPS = 7;
const OCTANT = Math.PI / 4;

export class Hands {
  readonly person: Person;
  readonly hand: AimingHand;
  readonly finger: TriggerFinger;
  readonly legs: WalkingLegs;
  /** The slot that is fought; −1 for nobody. */
  target = -1;
  readonly #random: LabRandom;
  readonly #seenAt = new Float64Array(SLOTS).fill(Number.NEGATIVE_INFINITY);
  readonly #seenX = new Float64Array(SLOTS);
  readonly #seenY = new Float64Array(SLOTS);
  /** When the player becomes aware of who came into sight. */
  readonly #noticesAt = new Float64Array(SLOTS);
  #choosesAt = 0;
  #onTargetSince = Number.POSITIVE_INFINITY;
  #decidesMs = 0;
  #launcher = false;
  #healthBefore = 0;
  #dashAt = Number.POSITIVE_INFINITY;
  #dashSteps = 0;
  #thumbDownAt = Number.POSITIVE_INFINITY;
  #thumbUpAt = 0;
  /** How long the last reaction took from the picture to the awareness, ms; for tests. */
  lastReactionMs = 0;

  constructor(person: Person, map: ArenaMap, grid: NavGrid, random: LabRandom) {
    this.person = person;
    this.#random = random;
    this.hand = new AimingHand(person, random);
    this.finger = new TriggerFinger(person, random);
    this.legs = new WalkingLegs(map, grid, random);
  }

  /** When the player is aware of who is in this slot, if in sight. */
  noticesAt(slot: number): number {
    return this.#noticesAt[slot] as number;
  }

  step(screen: Screen, out: FighterInput): void {
    out.buttons = 0;
    if (!screen.live || !screen.alive) {
      this.target = -1;
      this.legs.stop();
      this.#healthBefore = screen.health;
      if (!screen.alive) this.#seenAt.fill(Number.NEGATIVE_INFINITY);
      out.moveX = 0;
      out.moveY = 0;
      out.aim = this.hand.aim;
      return;
    }
    this.#perceive(screen);
    this.#choose(screen);
    const fires = this.#aim(screen);
    this.#walk(screen);
    out.moveX = this.legs.moveX;
    out.moveY = this.legs.moveY;
    out.aim = this.hand.aim;
    if (this.#launcher) out.buttons |= BUTTON_ALTERNATE;
    if (fires) out.buttons |= BUTTON_FIRE;
    if (this.#dodge(screen)) out.buttons |= BUTTON_DASH;
  }

  #perceive(screen: Screen): void {
    const { now } = screen;
    for (let slot = 0; slot < SLOTS; slot += 1) {
      if (screen.visible[slot] === 0) continue;
      if (now - (this.#seenAt[slot] as number) > REMEMBERED_MS)
        this.#noticesAt[slot] = now + this.#reaction();
      this.#seenAt[slot] = now;
      this.#seenX[slot] = screen.x[slot] as number;
      this.#seenY[slot] = screen.y[slot] as number;
    }
  }

  #reaction(): number {
    const { anticipates, reactionMs, reactionSigma, deviceMs } = this.person;
    const guesses = this.#random.next() < anticipates;
    this.lastReactionMs = guesses
      ? this.#random.between(0, 140)
      : Math.max(130, this.#random.logNormal(reactionMs, reactionSigma)) + deviceMs;
    return this.lastReactionMs;
  }

  /** The one nearest to the cursor, of those that were noticed. */
  #choose(screen: Screen): void {
    const { now, self } = screen;
    const { target } = this;
    const lost =
      target < 0 || screen.isAlive[target] === 0 || now - (this.#seenAt[target] as number) > REMEMBERED_MS;
    if (!lost && now < this.#choosesAt) return;
    this.#choosesAt = now + CHOOSES_EVERY_MS * this.#random.between(0.7, 1.3);
    let best = lost ? -1 : target;
    let bestCost = Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < SLOTS; slot += 1) {
      if (screen.visible[slot] === 0 || now < (this.#noticesAt[slot] as number)) continue;
      const dx = (screen.x[slot] as number) - self.x - this.hand.x;
      const dy = (screen.y[slot] as number) - self.y - this.hand.y;
      // Who is fought already is left only for somebody much nearer.
      const cost =
        (dx * dx + dy * dy) * (slot === target ? 0.4 : 1) + (screen.isShielded[slot] === 1 ? 400 : 0);
      if (cost >= bestCost) continue;
      bestCost = cost;
      best = slot;
    }
    if (best === target) return;
    this.target = best;
    if (best < 0) return;
    this.hand.takeUp(now);
    this.finger.choose();
    this.#onTargetSince = Number.POSITIVE_INFINITY;
    this.#decidesMs = this.#random.logNormal(this.person.decidesAfterMs, 0.3);
    this.#launcher = this.#random.next() < this.person.launcherShare && bestCost < 200;
  }

  /** @returns whether the trigger is down. */
  #aim(screen: Screen): boolean {
    const { now, self } = screen;
    const { target, hand } = this;
    if (target < 0) {
      this.#watch(screen);
      return this.finger.step(now, false);
    }
    const visible = screen.visible[target] === 1;
    const dx = (visible ? (screen.x[target] as number) : (this.#seenX[target] as number)) - self.x;
    const dy = (visible ? (screen.y[target] as number) : (this.#seenY[target] as number)) - self.y;
    // A shell takes its time, and is aimed ahead of where they run.
    hand.aheadMs = this.#launcher ? (Math.sqrt(dx * dx + dy * dy) / SHELL_SPEED) * 1000 : 0;
    hand.see(now, dx, dy);
    if (this.person.kind === "touch") return this.#thumb(now, dx, dy, visible);
    hand.follow(now, STEP_MS);
    return this.finger.step(now, visible && this.#isReady(now, dx, dy, screen.isShielded[target] === 1));
  }

  /** On target, as far as can be told, for as long as it takes to decide. */
  #isReady(now: number, dx: number, dy: number, shielded: boolean): boolean {
    if (shielded) return false;
    const { hand, person } = this;
    const length = Math.sqrt(hand.x * hand.x + hand.y * hand.y) || 1;
    const across = Math.abs(dx * hand.y - dy * hand.x) / length;
    const on =
      dx * hand.x + dy * hand.y > 0 && across < person.looseness * FIGHTER_RADIUS * (this.#launcher ? 2 : 1);
    if (!on) {
      // Who fires already goes on while the hand corrects.
      this.#onTargetSince = Number.POSITIVE_INFINITY;
      return this.finger.isDown && across < 3 * person.looseness * FIGHTER_RADIUS;
    }
    // A cursor that waited there already needs no decision.
    if (this.#onTargetSince === Number.POSITIVE_INFINITY)
      this.#onTargetSince = hand.moved === 0 ? now - this.#decidesMs : now;
    return now >= this.#onTargetSince + this.#decidesMs;
  }

  /** A thumb that lands gives its direction at once, and fires when it is pushed far. */
  #thumb(now: number, dx: number, dy: number, visible: boolean): boolean {
    const { hand, person } = this;
    if (visible) this.#thumbUpAt = now + person.lingersMs;
    if (this.#thumbDownAt === Number.POSITIVE_INFINITY) {
      this.#thumbDownAt = now + this.#random.between(50, 120);
      return false;
    }
    if (now < this.#thumbDownAt) return false;
    if (hand.moved === 0) {
      hand.pointTo(Math.atan2(dy, dx) + this.#random.normal() * 0.16);
      hand.moved = 1;
      this.#decidesMs = this.#random.between(30, 90);
      this.#onTargetSince = now;
    } else hand.follow(now, STEP_MS);
    return now >= this.#onTargetSince + this.#decidesMs && this.finger.step(now, visible);
  }

  #watch(screen: Screen): void {
    const { now, self } = screen;
    if (this.person.kind === "touch") {
      if (now < this.#thumbUpAt) return this.hand.rest(now);
      this.#thumbDownAt = Number.POSITIVE_INFINITY;
      const { moveX, moveY } = this.legs;
      // Without a thumb on the stick a fighter looks where it runs.
      if (moveX !== 0 || moveY !== 0)
        this.hand.pointTo(Math.round(Math.atan2(moveY, moveX) / OCTANT) * OCTANT);
      return;
    }
    let latest = -1;
    let latestAt = now - WATCHES_MS;
    for (let slot = 0; slot < SLOTS; slot += 1) {
      if ((this.#seenAt[slot] as number) <= latestAt || screen.isAlive[slot] === 0) continue;
      if (screen.visible[slot] === 1) continue;
      latest = slot;
      latestAt = this.#seenAt[slot] as number;
    }
    const { legs } = this;
    if (latest >= 0)
      this.hand.watch(
        now,
        (this.#seenX[latest] as number) - self.x,
        (this.#seenY[latest] as number) - self.y,
        STEP_MS,
      );
    else if (legs.moveX !== 0 || legs.moveY !== 0)
      this.hand.watch(now, legs.moveX * 5, legs.moveY * 5, STEP_MS);
    else this.hand.rest(now);
  }

  #walk(screen: Screen): void {
    const { target } = this;
    if (target >= 0 && screen.visible[target] === 1)
      this.legs.fight(
        (screen.x[target] as number) - screen.self.x,
        (screen.y[target] as number) - screen.self.y,
      );
    else this.legs.walk(screen);
  }

  #dodge(screen: Screen): boolean {
    const { now, health } = screen;
    if (health < this.#healthBefore && this.#random.next() < this.person.dodges)
      this.#dashAt = Math.min(this.#dashAt, now + this.#random.logNormal(this.person.reactionMs, 0.2));
    this.#healthBefore = health;
    if (now >= this.#dashAt) {
      this.#dashAt = Number.POSITIVE_INFINITY;
      this.#dashSteps = DASH_PRESSED_STEPS;
    }
    if (this.#dashSteps > 0 && screen.self.dashTicks > 0) this.#dashSteps = 0;
    if (this.#dashSteps === 0) return false;
    this.#dashSteps -= 1;
    return true;
  }
}
