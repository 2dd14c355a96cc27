/**
 * A match of Skirmish at full speed, recorded as the room does it: players with seeded hands whose inputs come late and
 * in pairs and whose shots look back, and bots. People leave and come back, lose their connection, and join from
 * elsewhere.
 */
import { Fight } from "../../../rooms/skirmish/fight.ts";
import { loadMap } from "../../../rooms/skirmish/shared/arena-map.ts";
import { BUTTON_FIRE, MAX_SLOTS, TICK_RATE } from "../../../rooms/skirmish/shared/constants.ts";
import type { FighterInput } from "../../../rooms/skirmish/shared/fighter-step.ts";
import { snapAim } from "../../../rooms/skirmish/shared/fixed-math.ts";
import foundry from "../../../rooms/skirmish/shared/maps/foundry.json" with { type: "json" };
import { buildNavGrid } from "../../../rooms/skirmish/shared/nav-grid.ts";
import { createRandom, type Random } from "../../../rooms/skirmish/shared/random.ts";
import { Fighter, SkirmishState, Team } from "../../../schemas/skirmish-state.ts";
import { PlayerHands } from "../netcode/player-hands.ts";

const MAP = loadMap(foundry);
const GRID = buildNavGrid(MAP);
const TEAMS = 2;
const MOST_FIGHTERS = 8;
/** Of ticks in which somebody comes, goes or loses the connection. */
const CHANGE_SHARE = 0.003;

export interface MatchPlan {
  seed: number;
  ticks: number;
  players: number;
  bots: number;
  teams: boolean;
}

export interface RecordedMatch {
  /** After JSON, as it comes back from a file. */
  setup: unknown;
  body: Uint8Array;
  ticks: number;
  /** Seconds of all players together; bots cost nothing. */
  playerSeconds: number;
  kills: number;
}

class Company {
  readonly #state = new SkirmishState();
  readonly #random: Random;
  readonly #hands = new Map<string, PlayerHands>();
  readonly #fight: Fight;
  #serial = 0;
  #playerTicks = 0;

  constructor({ seed, ticks, teams }: MatchPlan) {
    this.#random = createRandom(seed);
    this.#state.mode = teams ? "teams" : "ffa";
    if (teams) this.#state.teams.push(...Array.from({ length: TEAMS }, () => new Team()));
    this.#fight = new Fight({
      state: this.#state,
      map: MAP,
      grid: GRID,
      rules: {
        minFighters: 2,
        countdownTicks: 3 * TICK_RATE,
        matchTicks: ticks - 5 * TICK_RATE,
        overTicks: 5 * TICK_RATE,
        scoreLimit: 0,
      },
      consume: (key) => this.#consume(key),
      emit: () => undefined,
    });
  }

  play({ ticks, players, bots }: MatchPlan): RecordedMatch {
    for (let index = 0; index < players; index += 1) this.#seat(false);
    for (let index = 0; index < bots; index += 1) this.#seat(true);
    this.#fight.step();
    const log = this.#fight.begin(this.#random.below(2 ** 31));
    for (let tick = 0; tick < ticks; tick += 1) {
      if (this.#random.next() < CHANGE_SHARE) this.#change();
      this.#fight.step();
    }
    this.#fight.end();
    const kills = [...this.#state.fighters.values()].reduce((sum, fighter) => sum + fighter.kills, 0);
    const playerSeconds = this.#playerTicks / TICK_RATE;
    return { setup: JSON.parse(JSON.stringify(log.setup)), body: log.body(), ticks, playerSeconds, kills };
  }

  #seat(bot: boolean): string {
    const fighter = new Fighter();
    const key = `${bot ? "bot" : "session"}-${this.#serial}`;
    Object.assign(fighter, { name: key, bot, slot: this.#freeSlot(), team: this.#serial % TEAMS });
    this.#fight.enter(key, fighter);
    if (bot) this.#fight.wake(key);
    else this.#hands.set(key, new PlayerHands(this.#random.below(2 ** 31), MAP, GRID));
    this.#serial += 1;
    return key;
  }

  #freeSlot(): number {
    const taken = new Set([...this.#state.fighters.values()].map(({ slot }) => slot));
    return Array.from({ length: MAX_SLOTS }, (_, slot) => slot).find((slot) => !taken.has(slot)) as number;
  }

  #consume(key: string): FighterInput[] {
    const hands = this.#hands.get(key);
    if (!hands) return [];
    this.#playerTicks += 1;
    const random = this.#random;
    const draw = random.next();
    const cooldown = this.#state.fighters.get(key)?.weaponCooldown ?? 0;
    const inputs: FighterInput[] = [];
    for (let count = draw < 0.02 ? 0 : draw < 0.04 ? 2 : 1; count > 0; count -= 1) {
      const input = hands.step(key, this.#state);
      input.aim = snapAim(input.aim, (input.buttons & BUTTON_FIRE) !== 0);
      const fires = (input.buttons & BUTTON_FIRE) !== 0 && cooldown <= inputs.length;
      // As the room does: only a shot that is fired looks back.
      if (fires) input.seenTick = this.#state.tick - 3 - Math.round(random.next() * 4 * 256) / 256;
      inputs.push(input);
    }
    return inputs;
  }

  #change(): void {
    const fight = this.#fight;
    const sessions = [...this.#hands.keys()];
    const one = sessions[this.#random.below(Math.max(1, sessions.length))];
    const what = this.#random.below(4);
    if (one === undefined || (what === 0 && this.#state.fighters.size < MOST_FIGHTERS)) {
      this.#seat(this.#random.next() < 0.5);
    } else if (what === 1) {
      const left = this.#state.fighters.get(one) as Fighter;
      fight.leave(one);
      this.#hands.delete(one);
      const again = this.#seat(false);
      fight.bringBack(again, this.#state.fighters.get(again) as Fighter, left);
    } else if (what === 2) {
      const to = `${one}+`;
      fight.pass(one, to, new Fighter());
      this.#hands.set(to, this.#hands.get(one) as PlayerHands);
      this.#hands.delete(one);
    } else if (fight.minds.has(one)) fight.sleep(one);
    else fight.wake(one);
  }
}

export function playMatch(plan: MatchPlan): RecordedMatch {
  return new Company(plan).play(plan);
}
