/** A match of Skirmish played at full speed and written down: bots, and players whose hands are seeded too. */
import { Fight } from "../../rooms/skirmish/fight.ts";
import { loadMap } from "../../rooms/skirmish/shared/arena-map.ts";
import type { FighterInput } from "../../rooms/skirmish/shared/fighter-step.ts";
import { snapAim } from "../../rooms/skirmish/shared/fixed-math.ts";
import foundry from "../../rooms/skirmish/shared/maps/foundry.json" with { type: "json" };
import type { MatchLog, MatchSetup } from "../../rooms/skirmish/shared/match-log.ts";
import type { MatchRules } from "../../rooms/skirmish/shared/match-world.ts";
import { buildNavGrid } from "../../rooms/skirmish/shared/nav-grid.ts";
import { createRandom, type Random } from "../../rooms/skirmish/shared/random.ts";
import { Fighter, SkirmishState, Team } from "../../schemas/skirmish-state.ts";

const MAP = loadMap(foundry);
const GRID = buildNavGrid(MAP);

export interface RecordedMatch {
  setup: MatchSetup;
  body: Uint8Array;
  ticks: number;
  state: SkirmishState;
}

interface Hands {
  input: FighterInput;
  /** Ticks until the hands do something else. */
  holdFor: number;
  turning: boolean;
  turn: number;
}

export interface MatchPlan {
  seed: number;
  ticks: number;
  players?: number;
  bots?: number;
  mode?: "ffa" | "teams";
  /** Players come, go, are replaced and fall silent. */
  restless?: boolean;
}

/** Plays and records. @returns the recording after JSON, as it comes back from a file. */
export function recordMatch(plan: MatchPlan): RecordedMatch {
  const { seed, ticks, players = 3, bots = 3, mode = "ffa", restless = false } = plan;
  const random = createRandom(seed);
  const hands = new Map<string, Hands>();
  const state = new SkirmishState();
  state.mode = mode;
  if (mode === "teams") state.teams.push(new Team(), new Team());
  const rules: MatchRules = {
    minFighters: 2,
    countdownTicks: 10,
    matchTicks: ticks - 30,
    overTicks: 60,
    scoreLimit: 0,
  };
  const fight = new Fight({
    state,
    map: MAP,
    grid: GRID,
    rules,
    consume: (key) => useHands(hands.get(key), state, random),
    emit: () => undefined,
  });
  let serial = 0;
  const seat = (bot: boolean): string => {
    const fighter = new Fighter();
    const key = bot ? `bot-${serial}` : `session-${serial}`;
    fighter.slot = freeSlot(state);
    Object.assign(fighter, { name: key, bot, team: serial % 2 });
    serial += 1;
    fight.enter(key, fighter);
    if (bot) fight.wake(key);
    else
      hands.set(key, {
        input: { moveX: 0, moveY: 0, aim: 0, buttons: 0 },
        holdFor: 0,
        turning: false,
        turn: 0,
      });
    return key;
  };
  for (let index = 0; index < players; index += 1) seat(false);
  for (let index = 0; index < bots; index += 1) seat(true);
  fight.step();
  const log: MatchLog = fight.begin(random.below(2 ** 31));
  for (let tick = 0; tick < ticks; tick += 1) {
    if (restless && random.next() < 0.03) disturb(fight, state, hands, random, seat);
    fight.step();
  }
  fight.end();
  return { setup: JSON.parse(JSON.stringify(log.setup)) as MatchSetup, body: log.body(), ticks, state };
}

function disturb(
  fight: Fight,
  state: SkirmishState,
  hands: Map<string, Hands>,
  random: Random,
  seat: (bot: boolean) => string,
): void {
  const sessions = [...hands.keys()].filter((key) => state.fighters.has(key));
  const one = sessions[random.below(Math.max(1, sessions.length))];
  const what = random.below(5);
  if (what === 0 && state.fighters.size < 10) seat(random.next() < 0.5);
  else if (one === undefined) seat(false);
  else if (what === 1 && state.fighters.size > 3) {
    const left = state.fighters.get(one) as Fighter;
    fight.leave(one);
    const again = seat(false);
    fight.bringBack(again, state.fighters.get(again) as Fighter, left);
  } else if (what === 2) {
    const to = `${one}+`;
    fight.pass(one, to, new Fighter());
    hands.set(to, hands.get(one) as Hands);
    hands.delete(one);
  } else if (fight.minds.has(one)) fight.sleep(one);
  else fight.wake(one);
}

/** Nothing now and then, two at once after it, and shots that look back. */
function useHands(own: Hands | undefined, state: SkirmishState, random: Random): FighterInput[] {
  if (own === undefined || random.next() < 0.03) return [];
  const inputs: FighterInput[] = [];
  for (let count = random.next() < 0.04 ? 2 : 1; count > 0; count -= 1) {
    if (own.holdFor <= 0) {
      own.holdFor = 5 + random.below(30);
      own.input.moveX = random.below(3) - 1;
      own.input.moveY = random.below(3) - 1;
      own.input.buttons = random.below(8);
      own.turning = random.next() < 0.5;
    }
    own.holdFor -= 1;
    // A mouse rests, follows somebody, and is thrown about; it does not stop at once.
    const push = own.turning ? (random.next() - 0.5) * (random.next() < 0.05 ? 1 : 0.06) : 0;
    own.turn = own.turn * 0.6 + push;
    if (Math.abs(own.turn) < 0.002) own.turn = 0;
    own.input.aim = snapAim(own.input.aim + own.turn, (own.input.buttons & 1) === 1);
    const seenTick = state.tick - 4 - Math.round(random.next() * 2 * 256) / 256;
    const fires = (own.input.buttons & 1) === 1 && random.next() < 0.2;
    inputs.push({ ...own.input, ...(fires ? { seenTick } : {}) });
  }
  return inputs;
}

function freeSlot(state: SkirmishState): number {
  const taken = new Set([...state.fighters.values()].map(({ slot }) => slot));
  for (let slot = 0; ; slot += 1) if (!taken.has(slot)) return slot;
}
