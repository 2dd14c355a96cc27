/**
 * The same simulation in a room as plain Colyseus would have it: no guard of its own, no validators, no recording, no
 * fog, no lanes, plain floats; two inputs a tick are consumed as they come.
 */
import { type Client, Room } from "@colyseus/core";
import { loadMap } from "../../../rooms/skirmish/shared/arena-map.ts";
import { TICK_RATE } from "../../../rooms/skirmish/shared/constants.ts";
import foundry from "../../../rooms/skirmish/shared/maps/foundry.json" with { type: "json" };
import { stepMatch } from "../../../rooms/skirmish/shared/match-step.ts";
import type { MatchContext, MatchWorld } from "../../../rooms/skirmish/shared/match-world.ts";
import { PositionHistory } from "../../../rooms/skirmish/shared/position-history.ts";
import { createRandom } from "../../../rooms/skirmish/shared/random.ts";
import { enterMatch, leaveMatch } from "../../../rooms/skirmish/shared/roster.ts";
import { SkirmishInput } from "../../../schemas/skirmish-input.ts";
import type { SkirmishEvent } from "../../../schemas/skirmish-messages.ts";
import { StockFighter, StockProjectile, StockState } from "../bandwidth/rooms.ts";

const MAP = loadMap(foundry);

export class BareSkirmishRoom extends Room {
  override state = new StockState();
  override maxClients = 8;
  override inputs = this.defineInput(SkirmishInput);
  readonly #events: SkirmishEvent[] = [];
  #context!: MatchContext;
  #serial = 0;

  override onCreate(): void {
    this.#context = {
      map: MAP,
      rules: { minFighters: 2, countdownTicks: 1, matchTicks: 1_000_000, overTicks: 1, scoreLimit: 0 },
      random: createRandom(1),
      dt: 1 / TICK_RATE,
      history: new PositionHistory(),
      phaseTicks: 0,
      nextProjectile: 0,
      inputsOf: (key) => this.inputs.get(key).take(2),
      createProjectile: () => new StockProjectile(),
      emit: (event) => this.#events.push(event),
    };
    this.setFixedTimestep(() => stepMatch(this.#world, this.#context), TICK_RATE);
    this.patchRate = 1000 / TICK_RATE;
  }

  override onJoin(client: Client): void {
    const fighter = Object.assign(new StockFighter(), { slot: this.#serial % 16 });
    this.#serial += 1;
    enterMatch(this.#world, this.#context, client.sessionId, fighter);
  }

  override onLeave(client: Client): void {
    leaveMatch(this.#world, client.sessionId);
  }

  override onBeforePatch(): void {
    if (this.#events.length > 0) this.broadcast("events", this.#events.splice(0), { afterNextPatch: true });
  }

  get #world(): MatchWorld {
    return this.state as unknown as MatchWorld;
  }
}
