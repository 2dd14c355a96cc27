/**
 * Runs a recorded match again, tick by tick, from what `match-log.ts` wrote: on a server to verify a result, in the
 * browser to show it. The world is made of plain objects. A recording that was tampered with, or comes from another
 * build, differs from a tick on (`mismatch`); one that is not well-formed throws, and nothing of it is believed.
 */
import { loadMap, type MapFile } from "./arena-map.ts";
import { BotMinds, type MindsSnapshot } from "./bot-minds.ts";
import { ByteReader, unzigzag } from "./byte-columns.ts";
import { BUTTON_FIRE, TICK_RATE } from "./constants.ts";
import type { FighterInput } from "./fighter-step.ts";
import { AIM_STEPS, aimToRadians, COARSE_AIM } from "./fixed-math.ts";
import {
  type Aiming,
  expectedAim,
  FIRST_HELD,
  HELD_KINDS,
  type LoggedFighter,
  type MatchChange,
  type MatchSetup,
  MOST_ENTERED,
  OTHER_COUNT,
  SAME_HELD_TURNED,
  SEEN_STEPS,
  turnTo,
} from "./match-log.ts";
import { stepMatch } from "./match-step.ts";
import type { MatchContext, MatchEvent, MatchProjectile, MatchWorld } from "./match-world.ts";
import { buildNavGrid } from "./nav-grid.ts";
import { type HistorySnapshot, PositionHistory } from "./position-history.ts";
import { createRandom } from "./random.ts";
import { bringBack, enterMatch, leaveMatch, passOn } from "./roster.ts";
import { readSetup } from "./setup-shape.ts";
import { EMPTY_HASH, hashTick, mixInput } from "./tick-hash.ts";

const COMMON_COLUMNS = 2;
const COLUMNS_A_FIGHTER = 3;
const MOST_INPUTS_A_TICK = 32;
const MOST_AT_ONCE = 64;

interface Hands extends Aiming {
  readonly moves: ByteReader;
  readonly aims: ByteReader;
  readonly seen: ByteReader;
  held: number;
}

/** A world of plain objects; a Map's order is that of insertion, as a schema map's is. */
export interface RerunWorld extends MatchWorld {
  fighters: Map<string, LoggedFighter>;
  projectiles: Map<string, MatchProjectile>;
  teams: { score: number }[];
}

/** Everything that the next tick depends on. */
export interface RerunSnapshot {
  readonly tick: number;
  readonly world: Omit<RerunWorld, "fighters" | "projectiles" | "teams">;
  readonly fighters: [string, LoggedFighter][];
  readonly projectiles: [string, MatchProjectile][];
  readonly teams: number[];
  readonly context: { random: number; phaseTicks: number; nextProjectile: number };
  readonly minds: MindsSnapshot;
  readonly history: HistorySnapshot;
  readonly hash: number;
  readonly hashes: number;
  readonly hands: readonly (readonly [
    moves: number,
    aims: number,
    seen: number,
    aim: number,
    turn: number,
    held: number,
  ])[];
  readonly nextChange: number;
  readonly mismatch: Rerun["mismatch"];
}

export class Rerun {
  readonly tickRate = TICK_RATE;
  readonly world: RerunWorld;
  /** How many ticks were recorded. */
  readonly ticks: number;
  /** What everybody did in the latest tick, for eyes. */
  readonly inputs = new Map<string, readonly FighterInput[]>();
  /** What happened in the latest tick. */
  events: MatchEvent[] = [];
  /** The first tick that differs from the recorded one, counted from the recording's start. */
  mismatch: { tick: number; recorded: number; simulated: number } | undefined;
  readonly #context: MatchContext;
  readonly #minds: BotMinds;
  readonly #changes: readonly [number, MatchChange][];
  readonly #hashes: ByteReader;
  readonly #hands: readonly Hands[];
  #nextChange = 0;
  #tick = 0;
  #hash = EMPTY_HASH;

  /**
   * @param maps every map there is, by name.
   * @throws Error for a setup or a body that is not well-formed.
   */
  constructor(setup: unknown, body: Uint8Array, maps: Readonly<Record<string, MapFile>>) {
    const start = readSetup(setup);
    const file = Object.hasOwn(maps, start.map) ? maps[start.map] : undefined;
    if (file === undefined) throw new Error(`there is no map ${JSON.stringify(start.map)}`);
    const map = loadMap(file);
    this.world = openWorld(start);
    this.#minds = new BotMinds(map, buildNavGrid(map), createRandom(start.botSeed));
    for (const id of start.minds) this.#minds.wake(id);
    this.#context = {
      map,
      rules: start.rules,
      random: createRandom(start.seed),
      dt: 1 / TICK_RATE,
      history: new PositionHistory(),
      phaseTicks: start.phaseTicks,
      nextProjectile: start.nextProjectile,
      inputsOf: (id) => {
        const inputs = this.#minds.has(id) ? [this.#minds.think(id, this.world)] : this.#readInputs(id);
        this.inputs.set(id, inputs);
        return inputs;
      },
      createProjectile: () => ({ owner: 0, x: 0, y: 0, angle: 0, burstsAt: 0 }),
      emit: (event) => this.events.push(event),
    };
    const [changes, hashes, ...hands] = splitColumns(body);
    this.#changes = readChanges(changes as Uint8Array);
    this.#hashes = new ByteReader(hashes as Uint8Array);
    this.ticks = Math.floor((hashes as Uint8Array).length / 2);
    this.#hands = readHands(hands);
  }

  /** Ticks run so far. */
  get tick(): number {
    return this.#tick;
  }

  get map(): MatchContext["map"] {
    return this.#context.map;
  }

  /**
   * Runs the next tick.
   * @returns false at the end.
   * @throws Error where the body breaks off or is no recording; `mismatch` says whether it had differed before.
   */
  advance(): boolean {
    if (this.#hashes.ended) {
      if (this.#hands.some(({ moves, aims, seen }) => !moves.ended || !aims.ended || !seen.ended))
        throw new Error("the recording holds inputs after its last tick");
      return false;
    }
    this.events = [];
    this.inputs.clear();
    for (; this.#changes[this.#nextChange]?.[0] === this.#tick; this.#nextChange += 1)
      this.#apply((this.#changes[this.#nextChange] as [number, MatchChange])[1]);
    stepMatch(this.world, this.#context);
    this.#tick += 1;
    this.#hash = hashTick(this.#hash, this.world, this.#context);
    const simulated = this.#hash & 0xffff;
    const recorded = this.#hashes.byte() | (this.#hashes.byte() << 8);
    if (recorded !== simulated) this.mismatch ??= { tick: this.#tick, recorded, simulated };
    return true;
  }

  snapshot(): RerunSnapshot {
    const { fighters, projectiles, teams, ...world } = this.world;
    const { random, phaseTicks, nextProjectile, history } = this.#context;
    return {
      tick: this.#tick,
      world,
      fighters: [...fighters].map(([id, fighter]) => [id, { ...fighter }]),
      projectiles: [...projectiles].map(([key, shell]) => [key, { ...shell }]),
      teams: teams.map(({ score }) => score),
      context: { random: random.state, phaseTicks, nextProjectile },
      minds: this.#minds.snapshot(),
      history: history.snapshot(),
      hash: this.#hash,
      hashes: this.#hashes.position,
      hands: this.#hands.map(({ moves, aims, seen, aim, turn, held }) => [
        moves.position,
        aims.position,
        seen.position,
        aim,
        turn,
        held,
      ]),
      nextChange: this.#nextChange,
      mismatch: this.mismatch,
    };
  }

  /** @param snapshot of this very run. */
  restore(snapshot: RerunSnapshot): void {
    const { fighters, projectiles, teams, context } = snapshot;
    Object.assign(this.world, snapshot.world, {
      fighters: new Map(fighters.map(([id, fighter]) => [id, { ...fighter }])),
      projectiles: new Map(projectiles.map(([key, shell]) => [key, { ...shell }])),
      teams: teams.map((score) => ({ score })),
    });
    this.#context.random = createRandom(context.random);
    this.#context.phaseTicks = context.phaseTicks;
    this.#context.nextProjectile = context.nextProjectile;
    this.#context.history.restore(snapshot.history);
    this.#minds.restore(snapshot.minds);
    this.#hash = snapshot.hash;
    this.#hashes.seek(snapshot.hashes);
    snapshot.hands.forEach(([moves, aims, seen, aim, turn, held], index) => {
      const hands = this.#hands[index] as Hands;
      hands.moves.seek(moves);
      hands.aims.seek(aims);
      hands.seen.seek(seen);
      hands.aim = aim;
      hands.turn = turn;
      hands.held = held;
    });
    this.#nextChange = snapshot.nextChange;
    this.#tick = snapshot.tick;
    this.mismatch = snapshot.mismatch;
    this.events = [];
    this.inputs.clear();
  }

  #apply(change: MatchChange): void {
    const { world } = this;
    switch (change[0]) {
      case "enter":
        if (world.fighters.size >= MOST_AT_ONCE)
          throw new Error("the recording lets in too many fighters at once");
        return enterMatch(world, this.#context, change[1], { ...FRESH, ...change[2] });
      case "leave":
        this.#minds.sleep(change[1]);
        return leaveMatch(world, change[1]);
      case "pass": {
        const { name, bot, skin, trail } = this.#fighter(change[1]);
        this.#minds.sleep(change[1]);
        return passOn(world, change[1], change[2], { ...FRESH, name, bot, skin, trail } as LoggedFighter);
      }
      case "back":
        return bringBack(world, this.#fighter(change[1]), change[2]);
      case "wake":
        return this.#minds.wake(change[1]);
      default:
        return this.#minds.sleep(change[1]);
    }
  }

  #fighter(id: string): LoggedFighter {
    const fighter = this.world.fighters.get(id);
    if (fighter === undefined)
      throw new Error(`the recording changes ${JSON.stringify(id)}, who is not there`);
    return fighter;
  }

  #readInputs(id: string): FighterInput[] {
    const hands = this.#hands[Number(id)];
    if (hands === undefined) throw new Error(`the recording says nothing of ${JSON.stringify(id)}`);
    let move = hands.moves.byte();
    const count = move === OTHER_COUNT ? hands.moves.byte() : 1;
    if (count > MOST_INPUTS_A_TICK) throw new Error("the recording holds too many inputs for one tick");
    const inputs: FighterInput[] = [];
    for (let index = 0; index < count; index += 1) {
      if (move === OTHER_COUNT || index > 0) move = hands.moves.byte();
      const input = this.#readInput(hands, move);
      this.#hash = mixInput(this.#hash, input);
      inputs.push(input);
    }
    return inputs;
  }

  #readInput(hands: Hands, move: number): FighterInput {
    const kind = move - FIRST_HELD;
    if (kind >= 2 * HELD_KINDS || (kind < 0 && move > SAME_HELD_TURNED))
      throw new Error("the recording holds an input that nobody can make");
    // One way to write each input: whatever else decodes to it was tampered with.
    if (kind >= 0 && kind % HELD_KINDS === hands.held)
      throw new Error("the recording holds an input in another form than it is written in");
    if (kind >= 0) hands.held = kind % HELD_KINDS;
    const { held } = hands;
    const buttons = Math.floor(held / 9);
    const firing = (buttons & BUTTON_FIRE) !== 0;
    const isOff = move === SAME_HELD_TURNED || kind >= HELD_KINDS;
    const off = isOff ? unzigzag(hands.aims.number()) * (firing ? 1 : COARSE_AIM) : 0;
    // One aim is written in one way alone: what is written otherwise was changed.
    if (isOff && (off === 0 || off < -AIM_STEPS / 2 || off >= AIM_STEPS / 2))
      throw new Error("the recording holds an aim in another form than it is written in");
    turnTo(hands, (((expectedAim(hands, firing) + off) % AIM_STEPS) + AIM_STEPS) % AIM_STEPS);
    const input: FighterInput = {
      moveX: (held % 3) - 1,
      moveY: (Math.floor(held / 3) % 3) - 1,
      aim: aimToRadians(hands.aim),
      buttons,
    };
    const seen = firing ? hands.seen.number() : 0;
    if (seen > 0) input.seenTick = this.world.tick - (seen - 1) / SEEN_STEPS;
    return input;
  }
}

const FRESH = {
  x: 0,
  y: 0,
  angle: 0,
  health: 100,
  weapon: 0,
  weaponCooldown: 0,
  dashTicks: 0,
  dashAngle: 0,
  dashCooldown: 0,
  slot: 0,
  team: 0,
  respawnAt: 0,
  shieldUntil: 0,
  score: 0,
  kills: 0,
  deaths: 0,
};

function openWorld(start: MatchSetup): RerunWorld {
  return {
    phase: start.phase,
    secondsLeft: start.secondsLeft,
    tick: start.tick,
    mode: start.mode,
    winner: "",
    fighters: new Map(start.fighters.map(([id, fighter]) => [id, { ...fighter }])),
    projectiles: new Map(start.projectiles.map(([key, shell]) => [key, { ...shell }])),
    teams: start.teamScores.map((score) => ({ score })),
  };
}

function splitColumns(body: Uint8Array): Uint8Array[] {
  if (body.length < 4) throw new Error("the recording is too short");
  const head = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const count = head.getUint32(0, true);
  const fighters = (count - COMMON_COLUMNS) / COLUMNS_A_FIGHTER;
  if (!Number.isInteger(fighters) || fighters < 0 || fighters > MOST_ENTERED || body.length < 4 + 4 * count)
    throw new Error("the recording has no such columns");
  const columns: Uint8Array[] = [];
  let at = 4 + 4 * count;
  for (let index = 0; index < count; index += 1) {
    const end = at + head.getUint32(4 + 4 * index, true);
    if (end > body.length) throw new Error("the recording breaks off");
    columns.push(body.subarray(at, end));
    at = end;
  }
  return columns;
}

function readHands(columns: readonly Uint8Array[]): Hands[] {
  const hands: Hands[] = [];
  for (let at = 0; at < columns.length; at += COLUMNS_A_FIGHTER) {
    const [moves, aims, seen] = columns
      .slice(at, at + COLUMNS_A_FIGHTER)
      .map((column) => new ByteReader(column));
    hands.push({ moves, aims, seen, aim: 0, turn: 0, held: 0 } as Hands);
  }
  return hands;
}

function readChanges(column: Uint8Array): [number, MatchChange][] {
  const changes: unknown = JSON.parse(new TextDecoder().decode(column));
  const wellFormed =
    Array.isArray(changes) &&
    changes.every(
      (entry: unknown) =>
        Array.isArray(entry) &&
        Number.isSafeInteger(entry[0]) &&
        Array.isArray(entry[1]) &&
        typeof entry[1][0] === "string" &&
        typeof entry[1][1] === "string" &&
        (entry[1][0] !== "enter" || isEntrance(entry[1][2])),
    );
  if (!wellFormed) throw new Error("the recording's changes are not well-formed");
  return changes as [number, MatchChange][];
}

/** Who comes in: numbers and words, nothing else. */
function isEntrance(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { slot, team, name, skin, trail } = value as Record<string, unknown>;
  const numbers = [slot, team].every((number) => Number.isInteger(number) && (number as number) < 256);
  return numbers && [name, skin, trail].every((word) => typeof word === "string" && word.length <= 256);
}
