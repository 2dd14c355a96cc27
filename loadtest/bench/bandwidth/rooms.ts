/** Two rooms that play the same match of bots: one with Skirmish's schema and lane, one as plain Colyseus would. */
import { type Client, definePlugins, Room } from "@colyseus/core";
import { schema, t } from "@colyseus/schema";
import { loadMap } from "../../../rooms/skirmish/shared/arena-map.ts";
import { BotMinds } from "../../../rooms/skirmish/shared/bot-minds.ts";
import { TICK_RATE } from "../../../rooms/skirmish/shared/constants.ts";
import { toWire } from "../../../rooms/skirmish/shared/event-wire.ts";
import foundry from "../../../rooms/skirmish/shared/maps/foundry.json" with { type: "json" };
import { stepMatch } from "../../../rooms/skirmish/shared/match-step.ts";
import type {
  MatchContext,
  MatchFighter,
  MatchProjectile,
  MatchWorld,
} from "../../../rooms/skirmish/shared/match-world.ts";
import { buildNavGrid } from "../../../rooms/skirmish/shared/nav-grid.ts";
import { PositionHistory } from "../../../rooms/skirmish/shared/position-history.ts";
import { createRandom } from "../../../rooms/skirmish/shared/random.ts";
import { enterMatch } from "../../../rooms/skirmish/shared/roster.ts";
import { SkirmishInput } from "../../../schemas/skirmish-input.ts";
import type { SkirmishEvent } from "../../../schemas/skirmish-messages.ts";
import { Fighter, Projectile, SkirmishState } from "../../../schemas/skirmish-state.ts";
import { FogPlugin, UnreliableLanePlugin } from "../../../src/index.ts";

const MAP = loadMap(foundry);
const GRID = buildNavGrid(MAP);

export const StockFighter = schema(
  {
    name: t.string().default(""),
    slot: t.uint8().default(0),
    team: t.uint8().default(0),
    bot: t.boolean().default(false),
    skin: t.string().default(""),
    trail: t.string().default(""),
    connected: t.boolean().default(true),
    x: t.float32().default(0),
    y: t.float32().default(0),
    angle: t.float32().default(0),
    health: t.uint8().default(100),
    weapon: t.uint8().default(0),
    weaponCooldown: t.uint8().default(0),
    dashTicks: t.uint8().default(0),
    dashAngle: t.float32().default(0),
    dashCooldown: t.uint8().default(0),
    respawnAt: t.uint32().default(0),
    shieldUntil: t.uint32().default(0),
    score: t.int16().default(0),
    kills: t.uint16().default(0),
    deaths: t.uint16().default(0),
  },
  "StockFighter",
);

export const StockProjectile = schema(
  {
    owner: t.uint8().default(0),
    x: t.float32().default(0),
    y: t.float32().default(0),
    angle: t.float32().default(0),
    burstsAt: t.uint32().default(0),
  },
  "StockProjectile",
);

export const StockState = schema(
  {
    phase: t.string().default("waiting"),
    secondsLeft: t.uint16().default(0),
    tick: t.uint32().default(0),
    mode: t.string().default("ffa"),
    winner: t.string().default(""),
    fighters: t.map(StockFighter),
    projectiles: t.map(StockProjectile),
    teams: t.array("int16"),
  },
  "StockState",
);

abstract class BandwidthRoom extends Room {
  override patchRate = 1000 / TICK_RATE;
  override inputs = this.defineInput(SkirmishInput);
  override messages = { begin: (_client: Client): void => this.#begin() };
  readonly #events: SkirmishEvent[] = [];
  #context!: MatchContext;
  #options = { fighters: 8, seed: 1 };

  abstract world(): MatchWorld;
  abstract fighter(): MatchFighter & { name: string };
  abstract projectile(): MatchProjectile;
  abstract wire(event: SkirmishEvent): SkirmishEvent;

  override onCreate(options: { fighters: number; seed: number }): void {
    this.#options = options;
    this.#begin();
    this.setFixedTimestep(() => stepMatch(this.world(), this.#context), TICK_RATE);
    this.patchRate = 1000 / TICK_RATE;
  }

  override onBeforePatch(): void {
    if (this.#events.length === 0) return;
    this.broadcast("events", this.#events.splice(0), { afterNextPatch: true });
  }

  #begin(): void {
    const { fighters, seed } = this.#options;
    const world = this.world();
    const minds = new BotMinds(MAP, GRID, createRandom(seed + 1));
    this.#context = {
      map: MAP,
      rules: { minFighters: 2, countdownTicks: 1, matchTicks: 100_000, overTicks: 1, scoreLimit: 0 },
      random: createRandom(seed),
      dt: 1 / TICK_RATE,
      history: new PositionHistory(),
      phaseTicks: 0,
      nextProjectile: 0,
      inputsOf: (key) => [minds.think(key, world)],
      createProjectile: () => this.projectile(),
      emit: (event) => this.#events.push(this.wire(event)),
    };
    Object.assign(world, { phase: "waiting", tick: 0 });
    world.projectiles.forEach((_shell, key) => world.projectiles.delete(key));
    for (let slot = 0; slot < fighters; slot += 1) {
      const key = `fighter-${slot}`;
      world.fighters.delete(key);
      enterMatch(world, this.#context, key, Object.assign(this.fighter(), { slot, name: key }));
      minds.wake(key);
    }
  }
}

export class ArenaBandwidthRoom extends BandwidthRoom {
  override state = new SkirmishState();
  /** Everybody watches, so everybody is shown everything: what is compared is how, not what. */
  override plugins = definePlugins({
    lane: new UnreliableLanePlugin(),
    fog: new FogPlugin({
      tickMs: 1000 / TICK_RATE,
      beat: "secondsLeft",
      collections: () => [this.state.projectiles],
      groupOf: () => undefined,
      entities: (note) => {
        this.state.fighters.forEach((fighter: Fighter) => note(fighter));
        this.state.projectiles.forEach((shell: Projectile) => note(shell));
      },
      eyes: () => undefined,
      canSee: () => true,
    }),
  });

  world(): MatchWorld {
    return this.state;
  }

  fighter(): Fighter {
    return new Fighter();
  }

  projectile(): Projectile {
    return new Projectile();
  }

  wire(event: SkirmishEvent): SkirmishEvent {
    return toWire(event);
  }
}

export class StockBandwidthRoom extends BandwidthRoom {
  override state = new StockState();

  world(): MatchWorld {
    return this.state as unknown as MatchWorld;
  }

  fighter(): MatchFighter & { name: string } {
    return new StockFighter();
  }

  projectile(): MatchProjectile {
    return new StockProjectile();
  }

  wire(event: SkirmishEvent): SkirmishEvent {
    return event;
  }
}
