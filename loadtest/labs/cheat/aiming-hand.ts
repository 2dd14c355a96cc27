/**
 * A hand that brings a cursor to a target: submovements of minimum jerk whose ends scatter with their length, each seen
 * and corrected after a while, and between them the target is followed by where it seemed to go. Positions are metres
 * from the own fighter, as the camera follows it, so near the fighter a small movement swings the aim far. Pure.
 */
import type { LabRandom } from "./lab-random.ts";
import type { Person } from "./people.ts";

/** Wide enough to be content with, metres. */
const CONTENT_METRES = 0.22;
const TARGET_METRES = 0.8;
const NEAREST_METRES = 0.7;
const KEPT = 16;

export class AimingHand {
  x = 3;
  y = 0;
  readonly #person: Person;
  readonly #random: LabRandom;
  // The running submovement.
  #fromX = 0;
  #fromY = 0;
  #byX = 0;
  #byY = 0;
  #startedAt = 0;
  #lasts = 0;
  #moves = false;
  #plansAt = 0;
  /** Where the target was drawn lately, from the own fighter. */
  readonly #seenX = new Float64Array(KEPT);
  readonly #seenY = new Float64Array(KEPT);
  readonly #seenAt = new Float64Array(KEPT);
  #seen = 0;
  #velocityX = 0;
  #velocityY = 0;
  /** Aims at where the target will be after so long. */
  aheadMs = 0;
  /** Submovements since the target was taken up. */
  moved = 0;

  constructor(person: Person, random: LabRandom) {
    this.#person = person;
    this.#random = random;
  }

  get aim(): number {
    return Math.atan2(this.y, this.x);
  }

  /** Still on its first, wide movement. */
  get isFlicking(): boolean {
    return this.#moves && this.moved <= 1;
  }

  /** Another target, from now on. */
  takeUp(now: number): void {
    this.#seen = 0;
    this.#velocityX = 0;
    this.#velocityY = 0;
    this.#moves = false;
    this.#plansAt = now;
    this.moved = 0;
  }

  /** A thumb that lands points where it lands. */
  pointTo(angle: number): void {
    this.#moves = false;
    this.x = Math.cos(angle);
    this.y = Math.sin(angle);
  }

  /** The target is drawn there. Noted whether or not the hand acts on it yet. */
  see(now: number, x: number, y: number): void {
    const slot = this.#seen % KEPT;
    this.#seenX[slot] = x;
    this.#seenY[slot] = y;
    this.#seenAt[slot] = now;
    this.#seen += 1;
  }

  /** One step of pursuit of what was seen. */
  follow(now: number, dt: number): void {
    const { sensesAfterMs, trackingGain } = this.#person;
    const sensed = this.#sensedAt(now - sensesAfterMs);
    if (sensed < 0) return this.rest(now);
    const before = sensed >= 3 && this.#seen - sensed < KEPT - 3 ? sensed - 3 : sensed;
    const [slot, earlier] = [sensed % KEPT, before % KEPT];
    const spanMs = (this.#seenAt[slot] as number) - (this.#seenAt[earlier] as number);
    if (spanMs > 0) {
      const blend = 0.35;
      const vx = ((this.#seenX[slot] as number) - (this.#seenX[earlier] as number)) / spanMs;
      const vy = ((this.#seenY[slot] as number) - (this.#seenY[earlier] as number)) / spanMs;
      this.#velocityX += (vx - this.#velocityX) * blend;
      this.#velocityY += (vy - this.#velocityY) * blend;
    }
    const ahead = (now - (this.#seenAt[slot] as number) + this.aheadMs) * trackingGain;
    let goalX = (this.#seenX[slot] as number) + this.#velocityX * ahead;
    let goalY = (this.#seenY[slot] as number) + this.#velocityY * ahead;
    const distance = Math.sqrt(goalX * goalX + goalY * goalY) || 1;
    const scale = Math.min(1, this.#person.reach / distance);
    goalX *= scale;
    goalY *= scale;
    const driftX = this.#velocityX * dt * trackingGain * scale;
    const driftY = this.#velocityY * dt * trackingGain * scale;
    if (this.#moves) {
      this.#fromX += driftX;
      this.#fromY += driftY;
    } else if (now >= this.#plansAt) this.#plan(now, goalX, goalY, scale);
    if (this.#moves) this.#advance(now);
    else {
      this.x += driftX;
      this.y += driftY;
    }
    this.#settle();
  }

  /** Drifts towards a place to watch. */
  watch(now: number, x: number, y: number, dt: number): void {
    if (this.#moves) this.#advance(now);
    else {
      const share = Math.min(1, dt / 250);
      this.x += (x - this.x) * share;
      this.y += (y - this.y) * share;
    }
    this.#settle();
  }

  rest(now: number): void {
    if (this.#moves) this.#advance(now);
    this.#settle();
  }

  #plan(now: number, goalX: number, goalY: number, scale: number): void {
    const person = this.#person;
    const random = this.#random;
    const dx = goalX - this.x;
    const dy = goalY - this.y;
    const length = Math.sqrt(dx * dx + dy * dy);
    if (length < CONTENT_METRES * scale) {
      this.#plansAt = now + 60;
      return;
    }
    // First movements mostly fall a little short (Meyer et al. 1988); they scatter along more than across.
    const along = 0.96 + random.normal() * person.scatter;
    const across = random.normal() * person.scatter * 0.5;
    this.#fromX = this.x;
    this.#fromY = this.y;
    this.#byX = dx * along - dy * across + random.normal() * person.tremor;
    this.#byY = dy * along + dx * across + random.normal() * person.tremor;
    const bits = Math.log2(length / (TARGET_METRES * scale) + 1);
    const usual = person.moveMs + person.bitMs * bits;
    this.#lasts = Math.max(person.leastMoveMs, usual * (1 + random.normal() * 0.1));
    this.#startedAt = now;
    this.#moves = true;
    this.moved += 1;
  }

  #advance(now: number): void {
    const share = Math.min(1, (now - this.#startedAt) / this.#lasts);
    const done = share * share * share * (10 - share * (15 - share * 6));
    this.x = this.#fromX + this.#byX * done;
    this.y = this.#fromY + this.#byY * done;
    if (share < 1) return;
    this.#moves = false;
    this.#plansAt = now + this.#person.correctsAfterMs * (0.75 + this.#random.next() * 0.5);
  }

  #settle(): void {
    const { tremor } = this.#person;
    this.x += this.#random.normal() * tremor * 0.5;
    this.y += this.#random.normal() * tremor * 0.5;
    const length = Math.sqrt(this.x * this.x + this.y * this.y);
    if (length >= NEAREST_METRES) return;
    const scale = NEAREST_METRES / (length || 1);
    this.x = length === 0 ? NEAREST_METRES : this.x * scale;
    this.y *= scale;
  }

  /** The newest sighting that the eye has passed on by then; −1 for none. */
  #sensedAt(at: number): number {
    const oldest = Math.max(0, this.#seen - KEPT);
    for (let index = this.#seen - 1; index >= oldest; index -= 1)
      if ((this.#seenAt[index % KEPT] as number) <= at) return index;
    // What was seen first is what a reaction is to.
    return this.#seen > 0 ? oldest : -1;
  }
}
