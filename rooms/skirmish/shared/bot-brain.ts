/**
 * A bot's mind: looks at the world as a player could (no enemy through walls), answers with an input as a player
 * would send. It hunts the last enemy it saw, keeps a rifle's distance, strafes, leads shells, dashes out of fire and
 * misses like a person: its aim trails the target and carries an error that a new target makes larger.
 */
import { type ArenaMap, canSee, type Point } from "./arena-map.ts";
import { areHostile, isShielded } from "./combat.ts";
import { BUTTON_ALTERNATE, BUTTON_DASH, BUTTON_FIRE, RIFLE_RANGE, SHELL_SPEED } from "./constants.ts";
import type { FighterInput } from "./fighter-step.ts";
import { direction } from "./fixed-math.ts";
import type { MatchFighter, MatchWorld } from "./match-world.ts";
import { cellOf, type FlowField, flowTo, type NavGrid, nextWaypoint } from "./nav-grid.ts";
import type { Random } from "./random.ts";

/** Ticks between two looks around: a person's reaction, not a machine's. */
const LOOK_TICKS = 6;
const KEEP_DISTANCE = 7;
const SHELL_RANGE = 13;

/** What a bot remembers from tick to tick. */
export interface BotMemory {
  /** 0–1: steadier aim, shorter reaction. */
  skill: number;
  target: string;
  goal: Point;
  field: FlowField | undefined;
  fieldCell: number;
  lookIn: number;
  strafe: number;
  strafeIn: number;
  aim: number;
  aimError: number;
  useLauncher: boolean;
  lastHealth: number;
  targetBefore: Point;
}

export function createBotMemory(random: Random): BotMemory {
  return {
    skill: 0.35 + random.next() * 0.5,
    target: "",
    goal: { x: 0, y: 0 },
    field: undefined,
    fieldCell: -1,
    lookIn: 0,
    strafe: 0,
    strafeIn: 0,
    aim: 0,
    aimError: 0,
    useLauncher: false,
    lastHealth: 0,
    targetBefore: { x: 0, y: 0 },
  };
}

/** One tick of thought. Changes `memory`; the world is only looked at. */
export function thinkBot(
  key: string,
  world: MatchWorld,
  memory: BotMemory,
  map: ArenaMap,
  grid: NavGrid,
  random: Random,
): FighterInput {
  const self = world.fighters.get(key);
  if (!self || self.health <= 0) return { moveX: 0, moveY: 0, aim: memory.aim, buttons: 0 };
  if (memory.lookIn <= 0) lookAround(self, world, memory, map, random);
  memory.lookIn -= 1;
  const target = world.fighters.get(memory.target);
  const visible = target !== undefined && target.health > 0 && canSee(map, self, target);
  const move = visible
    ? skirmishAround(self, target, memory, random)
    : walkToGoal(self, memory, grid, map, random);
  const buttons = visible ? pullTrigger(world, self, target, memory, random) : 0;
  aimAt(self, visible ? target : undefined, move, memory, random);
  const hurt = self.health < memory.lastHealth;
  memory.lastHealth = self.health;
  const dash = hurt && self.dashCooldown === 0 && random.next() < 0.5 ? BUTTON_DASH : 0;
  return { moveX: move.x, moveY: move.y, aim: memory.aim, buttons: buttons | dash };
}

/** Picks the nearest enemy in sight; without one keeps hunting where the last was seen. */
function lookAround(
  self: MatchFighter,
  world: MatchWorld,
  memory: BotMemory,
  map: ArenaMap,
  random: Random,
): void {
  memory.lookIn = LOOK_TICKS + random.below(LOOK_TICKS);
  let nearest = Number.POSITIVE_INFINITY;
  let found = "";
  world.fighters.forEach((other, key) => {
    if (other.health <= 0 || isShielded(world, other) || !areHostile(world, self, other)) return;
    const distance = distanceBetween(self, other);
    if (distance < nearest && distance < RIFLE_RANGE && canSee(map, self, other)) {
      nearest = distance;
      found = key;
    }
  });
  if (found === "") return;
  const seen = world.fighters.get(found) as MatchFighter;
  if (found !== memory.target) {
    memory.aimError = (random.next() * 2 - 1) * 0.5;
    memory.targetBefore = { x: seen.x, y: seen.y };
  }
  memory.target = found;
  memory.goal = { x: seen.x, y: seen.y };
  memory.useLauncher = nearest > 4 && nearest < SHELL_RANGE && random.next() < 0.3;
}

/** In a fight: near enough to hit, far enough to live, never in a straight line. */
function skirmishAround(self: MatchFighter, target: MatchFighter, memory: BotMemory, random: Random): Point {
  memory.goal = { x: target.x, y: target.y };
  if (memory.strafeIn <= 0) {
    memory.strafe = random.below(3) - 1;
    memory.strafeIn = 10 + random.below(25);
  }
  memory.strafeIn -= 1;
  const distance = distanceBetween(self, target);
  const closeIn = distance > KEEP_DISTANCE + 1 ? 1 : distance < KEEP_DISTANCE - 2 ? -1 : 0;
  const towards = { x: (target.x - self.x) / (distance || 1), y: (target.y - self.y) / (distance || 1) };
  return asKeys(
    towards.x * closeIn - towards.y * memory.strafe,
    towards.y * closeIn + towards.x * memory.strafe,
  );
}

/** Out of a fight: along the flow field to where an enemy was seen, then to a spawn drawn at random. */
function walkToGoal(
  self: MatchFighter,
  memory: BotMemory,
  grid: NavGrid,
  map: ArenaMap,
  random: Random,
): Point {
  if (memory.field === undefined || distanceBetween(self, memory.goal) < 1.5) {
    memory.goal = map.spawns[random.below(map.spawns.length)] ?? memory.goal;
  }
  const goalCell = cellOf(grid, memory.goal);
  if (memory.field === undefined || memory.fieldCell !== goalCell) {
    memory.fieldCell = goalCell;
    memory.field = flowTo(grid, goalCell);
  }
  const waypoint = nextWaypoint(grid, memory.field, self);
  if (!waypoint) {
    memory.field = undefined;
    return { x: 0, y: 0 };
  }
  return asKeys(waypoint.x - self.x, waypoint.y - self.y, 0.2);
}

function pullTrigger(
  world: MatchWorld,
  self: MatchFighter,
  target: MatchFighter,
  memory: BotMemory,
  random: Random,
): number {
  const weapon = memory.useLauncher ? BUTTON_ALTERNATE : 0;
  const off = Math.abs(wrapAngle(angleTo(self, target) - memory.aim));
  const onTarget = off < (memory.useLauncher ? 0.35 : 0.16);
  // Bursts with pauses, the longer the less skilled.
  const fires = onTarget && !isShielded(world, target) && random.next() < 0.25 + memory.skill * 0.6;
  return weapon | (fires ? BUTTON_FIRE : 0);
}

/** Turns the aim a share of the way each tick, as a hand does, around an error that settles. */
function aimAt(
  self: MatchFighter,
  target: MatchFighter | undefined,
  move: Point,
  memory: BotMemory,
  random: Random,
): void {
  let wanted = memory.aim;
  if (target) {
    const lead = memory.useLauncher ? distanceBetween(self, target) / SHELL_SPEED : 0;
    const velocityX = (target.x - memory.targetBefore.x) * 30;
    const velocityY = (target.y - memory.targetBefore.y) * 30;
    memory.targetBefore = { x: target.x, y: target.y };
    wanted = angleTo(self, { x: target.x + velocityX * lead, y: target.y + velocityY * lead });
    memory.aimError = memory.aimError * 0.9 + (random.next() * 2 - 1) * 0.06 * (1 - memory.skill);
  } else if (move.x !== 0 || move.y !== 0) {
    wanted = direction(move.y, move.x);
  }
  const share = 0.18 + memory.skill * 0.25;
  memory.aim = wrapAngle(memory.aim + wrapAngle(wanted + memory.aimError - memory.aim) * share);
}

/** A direction as the keys a player would hold. */
function asKeys(x: number, y: number, threshold = 0.38): Point {
  return { x: Math.abs(x) < threshold ? 0 : Math.sign(x), y: Math.abs(y) < threshold ? 0 : Math.sign(y) };
}

function angleTo(from: Point, to: Point): number {
  return direction(to.y - from.y, to.x - from.x);
}

function distanceBetween(a: Point, b: Point): number {
  const dx = a.x - b.x;
  const dy = a.y - b.y;
  return Math.sqrt(dx * dx + dy * dy);
}

/** The same angle in [−π, π). */
export function wrapAngle(angle: number): number {
  const turns = (angle + Math.PI) / (2 * Math.PI);
  return (turns - Math.floor(turns)) * 2 * Math.PI - Math.PI;
}
