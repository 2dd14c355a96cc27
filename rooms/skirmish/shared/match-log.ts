/**
 * Writes down a match while it is played, so that it can be run again (`rerun.ts`): how the world stood when it began,
 * and then for each tick who came and went, what each player did, and a hash. What bots do is not written: it follows
 * from their seed.
 *
 * Body: columns, because like compresses well with like. A head of uint32 (little endian) says how many there are and how
 * long each is.
 * - changes: JSON, `[ticks before it, change][]`
 * - hashes: 16 bits after each tick, of a hash that goes on from tick to tick: what differs once differs from there on
 * - for each number that a fighter got, in order, three (of bots they are empty):
 *   moves: for each input a byte, 0 when the same was held as before, else 8 + (x + 1) + 3 (y + 1) + 9 buttons; when
 *     the aim is off 1, or 72 more. Before it, for a tick with another number of inputs than one, 2 and that number
 *   aims: by how many directions (4,096 while firing, else 1,024) the aim is off from where it seemed to go, zigzag,
 *     where it is
 *   seen: for each input with the trigger pulled, 0, or 1 + how far back its shot looks, in 1/256 tick
 *
 * Players are named by numbers: who they were stands nowhere in here. Bounded by `MOST_BYTES`: a longer match is not
 * kept, and `full` says so.
 */

import { ByteWriter, zigzag } from "./byte-columns.ts";
import { BUTTON_FIRE } from "./constants.ts";
import type { FighterInput } from "./fighter-step.ts";
import { AIM_STEPS, aimSteps, COARSE_AIM, coarseAim } from "./fixed-math.ts";
import type { MatchContext, MatchFighter, MatchRules, MatchWorld } from "./match-world.ts";
import { EMPTY_HASH, hashTick, mixInput } from "./tick-hash.ts";

export const SAME_HELD = 0;
export const SAME_HELD_TURNED = 1;
export const OTHER_COUNT = 2;
export const FIRST_HELD = 8;
/** Of what can be held at once. */
export const HELD_KINDS = 72;
export const SEEN_STEPS = 256;
const MOST_BYTES = 8 * 1024 * 1024;
/** Of all who ever entered: far more than a match sees. */
export const MOST_ENTERED = 4096;

/** About what a change takes. */
const CHANGE_BYTES = 100;

/** A fighter as it is written down: its fields, and what it looks like. */
export type LoggedFighter = MatchFighter & { name: string; bot: boolean; skin: string; trail: string };

/** What changed between two ticks. Fighters are named by their number in the recording. */
export type MatchChange =
  | ["enter", id: string, fighter: Pick<LoggedFighter, "slot" | "team" | "name" | "bot" | "skin" | "trail">]
  | ["leave", id: string]
  | ["pass", from: string, to: string]
  | ["back", id: string, standing: Pick<MatchFighter, "score" | "kills" | "deaths">]
  | ["wake", id: string]
  | ["sleep", id: string];

/** How a match began. Plain JSON. */
export interface MatchSetup {
  map: string;
  mode: string;
  rules: MatchRules;
  /** Of the match's generator, and of the bots'. */
  seed: number;
  botSeed: number;
  tick: number;
  phase: string;
  phaseTicks: number;
  secondsLeft: number;
  nextProjectile: number;
  fighters: [id: string, fighter: LoggedFighter][];
  /** Those who are steered by a bot's mind. */
  minds: string[];
  projectiles: [
    key: string,
    shell: { owner: number; x: number; y: number; angle: number; burstsAt: number },
  ][];
  teamScores: number[];
}

/** Where somebody aims, of 4,096 directions, and how far the last input turned. */
export interface Aiming {
  aim: number;
  turn: number;
}

/** Hands slow down as they turn: a little more than half of the last turn comes next. */
export function expectedAim({ aim, turn }: Aiming, firing: boolean): number {
  const steps = (aim + Math.trunc((turn * 5) / 8) + AIM_STEPS) % AIM_STEPS;
  return firing ? steps : coarseAim(steps);
}

export function turnTo(aiming: Aiming, steps: number): void {
  aiming.turn = shortWay(steps - aiming.aim);
  aiming.aim = steps;
}

/** The same turn by less than half the circle. */
function shortWay(steps: number): number {
  return ((((steps + AIM_STEPS / 2) % AIM_STEPS) + AIM_STEPS) % AIM_STEPS) - AIM_STEPS / 2;
}

/** What one fighter's player did, and what was held last. */
interface Hands extends Aiming {
  readonly moves: ByteWriter;
  readonly aims: ByteWriter;
  readonly seen: ByteWriter;
  held: number;
}

export class MatchLog {
  readonly setup: MatchSetup;
  readonly #ids = new Map<string, string>();
  readonly #changes: [number, MatchChange][] = [];
  readonly #hashes = new ByteWriter();
  readonly #hands: Hands[] = [];
  #bytes = 0;
  #ticks = 0;
  #hash = EMPTY_HASH;

  /** @param minds keys of the fighters that are steered by a bot's mind, in the order in which they woke. */
  constructor(
    world: MatchWorld,
    context: MatchContext,
    seeds: { seed: number; botSeed: number },
    minds: Iterable<string>,
  ) {
    const fighters: MatchSetup["fighters"] = [];
    world.fighters.forEach((fighter, key) => fighters.push([this.#newId(key), copyFighter(fighter)]));
    const projectiles: MatchSetup["projectiles"] = [];
    world.projectiles.forEach(({ owner, x, y, angle, burstsAt }, key) =>
      projectiles.push([key, { owner, x, y, angle, burstsAt }]),
    );
    this.setup = {
      map: context.map.name,
      mode: world.mode,
      rules: { ...context.rules },
      ...seeds,
      tick: world.tick,
      phase: world.phase,
      phaseTicks: context.phaseTicks,
      secondsLeft: world.secondsLeft,
      nextProjectile: context.nextProjectile,
      fighters,
      minds: [...minds].map((key) => this.#idOf(key)),
      projectiles,
      teamScores: Array.from({ length: world.teams.length }, (_, team) => world.teams[team]?.score ?? 0),
    };
  }

  get ticks(): number {
    return this.#ticks;
  }

  /** It is longer than what is kept: from here on nothing is written. */
  get full(): boolean {
    return this.#bytes > MOST_BYTES || this.#hands.length > MOST_ENTERED;
  }

  enter(key: string, fighter: MatchFighter): void {
    const { slot, team, name, bot, skin, trail } = copyFighter(fighter);
    this.#changed(["enter", this.#newId(key), { slot, team, name, bot, skin, trail }]);
  }

  leave(key: string): void {
    this.#changed(["leave", this.#idOf(key)]);
    this.#ids.delete(key);
  }

  pass(from: string, to: string): void {
    const older = this.#idOf(from);
    this.#changed(["pass", older, this.#newId(to)]);
    this.#ids.delete(from);
  }

  back(key: string, { score, kills, deaths }: Pick<MatchFighter, "score" | "kills" | "deaths">): void {
    this.#changed(["back", this.#idOf(key), { score, kills, deaths }]);
  }

  wake(key: string): void {
    this.#changed(["wake", this.#idOf(key)]);
  }

  sleep(key: string): void {
    this.#changed(["sleep", this.#idOf(key)]);
  }

  /** What a fighter that has no mind consumes in this tick; call it when the step asks for it. */
  inputs(key: string, inputs: readonly FighterInput[]): void {
    for (const input of inputs) this.#hash = mixInput(this.#hash, input);
    if (this.full) return;
    const hands = this.#hands[Number(this.#idOf(key))] as Hands;
    if (inputs.length !== 1) {
      hands.moves.byte(OTHER_COUNT);
      hands.moves.byte(inputs.length);
    }
    for (const input of inputs) this.#input(hands, input);
    this.#bytes += 1 + 5 * inputs.length;
  }

  /** After the step. */
  endTick(world: MatchWorld, context: MatchContext): void {
    this.#hash = hashTick(this.#hash, world, context);
    this.#ticks += 1;
    if (this.full) return;
    this.#hashes.byte(this.#hash & 0xff);
    this.#hashes.byte((this.#hash >>> 8) & 0xff);
    this.#bytes += 2;
  }

  body(): Uint8Array {
    const changes = new TextEncoder().encode(JSON.stringify(this.#changes));
    const columns = [changes, this.#hashes.take()];
    for (const { moves, aims, seen } of this.#hands) columns.push(moves.take(), aims.take(), seen.take());
    let at = 4 + 4 * columns.length;
    const body = new Uint8Array(columns.reduce((sum, column) => sum + column.length, at));
    const head = new DataView(body.buffer);
    head.setUint32(0, columns.length, true);
    columns.forEach((column, index) => {
      head.setUint32(4 + 4 * index, column.length, true);
      body.set(column, at);
      at += column.length;
    });
    return body;
  }

  #input(hands: Hands, { moveX, moveY, aim, buttons, seenTick }: FighterInput): void {
    const firing = (buttons & BUTTON_FIRE) !== 0;
    const steps = aimSteps(aim, firing);
    const off = shortWay(steps - expectedAim(hands, firing));
    turnTo(hands, steps);
    const held = moveX + 1 + 3 * (moveY + 1) + 9 * buttons;
    if (held === hands.held) hands.moves.byte(off === 0 ? SAME_HELD : SAME_HELD_TURNED);
    else hands.moves.byte(FIRST_HELD + held + (off === 0 ? 0 : HELD_KINDS));
    hands.held = held;
    if (off !== 0) hands.aims.number(zigzag(firing ? off : off / COARSE_AIM));
    if (!firing) return;
    const tick = this.setup.tick + this.#ticks + 1;
    hands.seen.number(seenTick === undefined ? 0 : 1 + Math.round((tick - seenTick) * SEEN_STEPS));
  }

  #changed(change: MatchChange): void {
    if (this.full) return;
    this.#changes.push([this.#ticks, change]);
    this.#bytes += CHANGE_BYTES;
  }

  #newId(key: string): string {
    const id = String(this.#hands.length);
    this.#hands.push({
      moves: new ByteWriter(),
      aims: new ByteWriter(),
      seen: new ByteWriter(),
      aim: 0,
      turn: 0,
      held: 0,
    });
    this.#ids.set(key, id);
    return id;
  }

  #idOf(key: string): string {
    const id = this.#ids.get(key);
    if (id === undefined) throw new Error(`${key} is not in the recording`);
    return id;
  }
}

/** Field by field: a schema instance's fields are accessors, which a spread does not copy. */
function copyFighter(fighter: MatchFighter & Partial<LoggedFighter>): LoggedFighter {
  const { x, y, angle, health, weapon, weaponCooldown, dashTicks, dashAngle, dashCooldown } = fighter;
  const { slot, team, respawnAt, shieldUntil, score, kills, deaths } = fighter;
  const { name = "", bot = false, skin = "", trail = "" } = fighter;
  const body = { x, y, angle, health, weapon, weaponCooldown, dashTicks, dashAngle, dashCooldown };
  const standing = { slot, team, respawnAt, shieldUntil, score, kills, deaths };
  return { ...body, ...standing, name, bot, skin, trail };
}
