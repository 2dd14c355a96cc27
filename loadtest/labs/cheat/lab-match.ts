/**
 * A match on the room's own simulation (`stepMatch`), its own consumption of inputs (`PlayerInputs`) and its own watch
 * (`MatchWatch`, `PlayerInspection`, `Suspicion`), as `AntiCheatPlugin` puts them together, without sockets or clocks:
 * time is counted in ticks. Matches follow each other with the same players. A kicked player is gone.
 *
 * Order of a tick: what clients did since the last one; what arrived of it; the step; the watch; the patch.
 */
import type { InputAPI, Rewind } from "@colyseus/core";
import { MatchWatch, skirmishValidators } from "../../../rooms/skirmish/match-watch.ts";
import { PlayerInputs } from "../../../rooms/skirmish/player-inputs.ts";
import { sanitizeInput } from "../../../rooms/skirmish/sanitize-input.ts";
import { loadMap } from "../../../rooms/skirmish/shared/arena-map.ts";
import { RIFLE, TICK_RATE } from "../../../rooms/skirmish/shared/constants.ts";
import foundry from "../../../rooms/skirmish/shared/maps/foundry.json" with { type: "json" };
import { stepMatch } from "../../../rooms/skirmish/shared/match-step.ts";
import type {
  MatchContext,
  MatchEvent,
  MatchFighter,
  MatchProjectile,
  MatchWorld,
} from "../../../rooms/skirmish/shared/match-world.ts";
import { buildNavGrid } from "../../../rooms/skirmish/shared/nav-grid.ts";
import { PositionHistory } from "../../../rooms/skirmish/shared/position-history.ts";
import { createRandom } from "../../../rooms/skirmish/shared/random.ts";
import { enterMatch, leaveMatch } from "../../../rooms/skirmish/shared/roster.ts";
import type { SkirmishInput } from "../../../schemas/skirmish-input.ts";
import type { Engagement } from "../../../src/anticheat/engagement.ts";
import type { Cheat } from "./cheats.ts";
import { Hands } from "./hands.ts";
import { InputQueue } from "./input-queue.ts";
import { LabClient } from "./lab-client.ts";
import type { AnticheatConfig } from "./lab-config.ts";
import { LabRandom } from "./lab-random.ts";
import { LabSeat } from "./lab-seat.ts";
import type { Network } from "./networks.ts";
import { drawPerson, type HandsKind } from "./people.ts";
import { SightMemo } from "./sight-memo.ts";
import { SLOTS, WorldTape } from "./world-tape.ts";

const STEP_MS = 1000 / TICK_RATE;
const MATCH_SECONDS = 180;
const REWIND_MS = 250;
const MAP = loadMap(foundry);
const GRID = buildNavGrid(MAP);
const SIGHT = new SightMemo(MAP);

export interface LabPlayer {
  cheat?: Cheat | undefined;
  kind?: HandsKind | undefined;
}

export interface LabMatchOptions {
  /** Every combination is another match. */
  seeds: readonly number[];
  network: Network;
  /** At most `SLOTS`. */
  players: readonly LabPlayer[];
  config: AnticheatConfig;
  /** Nobody is removed, and what cheats gain is counted on: what they would gain if nobody acted on flags. */
  keepsFlagged?: boolean;
}

export class LabMatch {
  readonly seats: LabSeat[] = [];
  readonly #clients: LabClient[] = [];
  readonly #world: MatchWorld;
  readonly #context: MatchContext;
  readonly #inputs: PlayerInputs;
  readonly #watch: MatchWatch;
  readonly #tape = new WorldTape();
  readonly #queues: InputQueue[] = [];
  readonly #byKey = new Map<string, LabSeat>();
  readonly #consumed = new Int32Array(SLOTS).fill(-1);
  readonly #rewound = { time: 0 };
  readonly #rewind = { lastRecordedAt: 0, at: (time: number) => this.#lookBack(time) };
  readonly #pingEveryMs: number;
  readonly #keepsFlagged: boolean;
  #now = 0;
  #pingedAt = 0;
  /** Of live play, a player, milliseconds. */
  liveMs = 0;

  constructor({ seeds, network, players, config, keepsFlagged = false }: LabMatchOptions) {
    this.#keepsFlagged = keepsFlagged;
    const random = new LabRandom(...seeds);
    this.#pingEveryMs = config.proofEveryMs;
    this.#world = {
      phase: "waiting",
      secondsLeft: 0,
      tick: 0,
      mode: "ffa",
      winner: "",
      fighters: new Map<string, MatchFighter>(),
      projectiles: new Map<string, MatchProjectile>(),
      teams: [],
    };
    this.#context = {
      map: MAP,
      rules: {
        minFighters: 2,
        countdownTicks: TICK_RATE,
        matchTicks: MATCH_SECONDS * TICK_RATE,
        overTicks: TICK_RATE,
        scoreLimit: 0,
      },
      random: createRandom(random.seed()),
      dt: 1 / TICK_RATE,
      history: new PositionHistory(),
      phaseTicks: 0,
      nextProjectile: 0,
      inputsOf: (key) => this.#consume(key),
      createProjectile: () => ({ owner: 0, x: 0, y: 0, angle: 0, burstsAt: 0 }),
      emit: (event) => this.#happened(event),
    };
    const queues = { get: (key: string) => this.#queues[(this.#byKey.get(key) as LabSeat).slot] };
    this.#inputs = new PlayerInputs(queues as unknown as InputAPI<SkirmishInput>, {
      rewind: this.#rewind as unknown as Rewind,
      isRestricted: (key) => (this.#byKey.get(key) as LabSeat).isRestricted(this.#now),
      consumed: (key, input, seenTick, missed) => {
        (this.#byKey.get(key) as LabSeat).consumed(this.#world.tick, input.seenTick);
        this.#watch.consumed(key, input, seenTick, missed, this.#world.tick);
      },
      dropped: () => undefined,
    });
    this.#watch = new MatchWatch(
      {
        acted: (key, trigger, inFight) =>
          (this.#byKey.get(key) as LabSeat).inspection.acted(this.#now, trigger, inFight),
        engaged: (key, engagement: Engagement) => (this.#byKey.get(key) as LabSeat).engaged(engagement),
        noteLateness: () => undefined,
      },
      { map: MAP, mightSee: (from, to) => SIGHT.mightSee(from.x, from.y, to.x, to.y) },
    );
    const validators = skirmishValidators(config.validators);
    players.forEach((player, slot) => this.#seat(slot, player, { random, network, config, validators }));
  }

  /** @param atEnd told after each second; true ends it. */
  run(seconds: number, isOver?: () => boolean): void {
    const ticks = Math.round(seconds * TICK_RATE);
    for (let tick = 0; tick < ticks; tick += 1) {
      this.#tick();
      if (tick % TICK_RATE === 0 && isOver?.()) return;
    }
  }

  close(): void {
    for (const seat of this.seats) seat.finish(this.#now);
  }

  #seat(
    slot: number,
    { cheat, kind }: LabPlayer,
    {
      random,
      network,
      config,
      validators,
    }: {
      random: LabRandom;
      network: Network;
      config: AnticheatConfig;
      validators: ReturnType<typeof skirmishValidators>;
    },
  ): void {
    const own = new LabRandom(random.seed(), slot);
    const person = drawPerson(own, kind);
    const hands = new Hands(person, MAP, GRID, own);
    const key = `player-${slot}`;
    const seat = new LabSeat({
      key,
      slot,
      person,
      cheat,
      network,
      validators,
      config,
      countsOn: this.#keepsFlagged,
    });
    this.seats.push(seat);
    this.#byKey.set(key, seat);
    this.#queues.push(new InputQueue());
    this.#clients.push(
      new LabClient({ slot, network, map: MAP, sight: SIGHT, tape: this.#tape, random: own, hands, cheat }),
    );
    this.#inputs.open(key);
    const body = {
      x: 0,
      y: 0,
      angle: 0,
      health: 0,
      weapon: 0,
      weaponCooldown: 0,
      dashTicks: 0,
      dashAngle: 0,
      dashCooldown: 0,
    };
    const standing = { slot, team: 0, respawnAt: 0, shieldUntil: 0, score: 0, kills: 0, deaths: 0 };
    const fighter: MatchFighter = { ...body, ...standing };
    enterMatch(this.#world, this.#context, key, fighter);
    const queue = this.#queues[slot] as InputQueue;
    const client = this.#clients[slot] as LabClient;
    queue.listen(client.up, seat, sanitizeInput);
  }

  #tick(): void {
    const world = this.#world;
    this.#now = (world.tick + 1) * STEP_MS;
    for (let slot = 0; slot < this.seats.length; slot += 1) {
      const seat = this.seats[slot] as LabSeat;
      if (seat.isGone) continue;
      const client = this.#clients[slot] as LabClient;
      client.advanceTo(this.#now);
      client.up.deliver(this.#now, this.#queues[slot] as InputQueue);
      if (seat.isKicked && !this.#keepsFlagged) this.#remove(seat);
    }
    const before = world.phase;
    stepMatch(world, this.#context);
    if (world.phase !== before) this.#entered();
    this.#watch.afterTick(world, this.#context.history, this.#now);
    this.#inputs.patches.note(this.#now, world.tick);
    this.#rewind.lastRecordedAt = this.#now;
    this.#tape.record(world, this.#consumed);
    this.#patch();
    if (world.phase === "live") {
      this.liveMs += STEP_MS;
      world.fighters.forEach((fighter) => (this.seats[fighter.slot] as LabSeat).lived(fighter));
    }
  }

  #entered(): void {
    const { world, context } = { world: this.#world, context: this.#context };
    if (world.phase !== "countdown") return;
    context.history.clear();
    this.#watch.begin(world.tick);
  }

  #patch(): void {
    const pings = this.#now - this.#pingedAt >= this.#pingEveryMs;
    if (pings) this.#pingedAt = this.#now;
    for (let slot = 0; slot < this.seats.length; slot += 1)
      if (!(this.seats[slot] as LabSeat).isGone)
        (this.#clients[slot] as LabClient).told(this.#world.tick, this.#now, pings);
  }

  #consume(key: string): ReturnType<PlayerInputs["consume"]> {
    const fighter = this.#world.fighters.get(key) as MatchFighter;
    const inputs = this.#inputs.consume(key, fighter.weaponCooldown);
    this.#consumed[fighter.slot] = (this.#queues[fighter.slot] as InputQueue).consumedUpTo;
    return inputs;
  }

  #happened(event: MatchEvent): void {
    this.#watch.happened(event);
    if (event[0] === "shot" && event[2] === RIFLE) (this.seats[event[1]] as LabSeat).shot(event[5] >= 0);
  }

  #lookBack(time: number): { time: number } {
    const newest = this.#rewind.lastRecordedAt;
    this.#rewound.time = time <= 0 ? newest : Math.min(newest, Math.max(newest - REWIND_MS, time));
    return this.#rewound;
  }

  #remove(seat: LabSeat): void {
    seat.leave(this.#now);
    leaveMatch(this.#world, seat.key);
    this.#inputs.close(seat.key);
    this.#watch.leave(seat.key, seat.slot);
    this.#tape.forget(seat.slot);
  }
}
