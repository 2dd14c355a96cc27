/**
 * The connection to a room of Skirmish: joins, predicts the own fighter with the shared step, interpolates everybody
 * else, and says when the connection drops, comes back or is over. The SDK does the predicting and the reconnecting;
 * this file only wires it.
 *
 * Frame order matters: `pump` first (it reconciles, then sends the steps that are due), positions are read after it.
 */
import { Client, type InputHandle, type Room } from "@colyseus/sdk";
import { Predict, type Reconciler } from "@colyseus/sdk/predict";
import { type ArenaMap, castRay } from "../../rooms/skirmish/shared/arena-map.ts";
import { SHELL_SPEED } from "../../rooms/skirmish/shared/constants.ts";
import {
  FIGHTER_BODY_FIELDS,
  type FighterBody,
  stepFighter,
} from "../../rooms/skirmish/shared/fighter-step.ts";
import type { SkirmishInput } from "../../schemas/skirmish-input.ts";
import type {
  SavedMessage,
  SaveFailedMessage,
  SavingMessage,
  SkirmishEvent,
} from "../../schemas/skirmish-messages.ts";
import type { Fighter, Projectile, SkirmishState } from "../../schemas/skirmish-state.ts";
import type { ControlState } from "../input/control-state.ts";
import type { MatchEntry } from "./match-entry.ts";
import { PredictionGauge } from "./prediction-gauge.ts";

/** How far behind the server the others are drawn: two patches, so that one may be late. */
const INTERPOLATION_DELAY_MS = 100;
/** A jump longer than this is a respawn, not a movement, metres. */
const TELEPORT_METRES = 4;
const FIRST_STATE_TIMEOUT_MS = 10_000;

/**
 * Health is not predicted: only others take it away. Mirroring it would make every hit a misprediction, so the step
 * reads it from the server's fighter instead.
 */
const PREDICTED_FIELDS = FIGHTER_BODY_FIELDS.filter((field) => field !== "health");

export interface MatchListeners {
  events(events: readonly SkirmishEvent[]): void;
  /** What becomes of a finished match's result: "saving" may be skipped, and either of the others ends it. */
  saving(message: SavingMessage): void;
  saved(message: SavedMessage): void;
  saveFailed(message: SaveFailedMessage): void;
  rematchVotes(message: { votes: number; needed: number }): void;
  /** The predicted step fired or dashed, right now; replays of the same step do not call again. */
  ownShot(body: FighterBody): void;
  ownDash(body: FighterBody): void;
  /** @param attempt 1 when the connection was just lost, then counting up. */
  dropped(attempt: number): void;
  reconnected(): void;
  /** The seat is gone for good. */
  left(code: number): void;
}

export class MatchConnection {
  readonly room: Room<unknown, SkirmishState>;
  readonly input: InputHandle<SkirmishInput>;
  readonly gauge = new PredictionGauge();
  /** Round trip of a bare frame, milliseconds. */
  pingMs = 0;
  listeners: MatchListeners | undefined;
  /** The close code, once the seat is gone: it can go before anybody listens. */
  closedWith: number | undefined;
  readonly #predict: Predict<SkirmishState>;
  readonly #map: ArenaMap;
  #reconciler: Reconciler<Fighter, SkirmishInput> | undefined;
  #predicted: Fighter | undefined;
  #pingTimer: ReturnType<typeof setInterval>;

  /** @throws whatever the join was refused with; `describeFailure` puts it into words. */
  static async join(token: string, map: ArenaMap, entry: MatchEntry): Promise<MatchConnection> {
    const client = new Client(location.origin);
    client.auth.token = token;
    const room = (await enterRoom(client, entry)) as Room<unknown, SkirmishState>;
    const connection = new MatchConnection(room, map);
    await connection.#firstState();
    return connection;
  }

  private constructor(room: Room<unknown, SkirmishState>, map: ArenaMap) {
    this.room = room;
    this.#map = map;
    this.input = room.input<SkirmishInput>({ mode: "reliable" });
    this.#predict = Predict.get(room, { mode: "lerp", delay: INTERPOLATION_DELAY_MS });
    // Attempts go on for about as long as the server keeps the seat: 0.2 + 0.4 + 0.8 + 1.6 + 9 × 3 s.
    Object.assign(room.reconnection, { minUptime: 0, maxDelay: 3000, maxRetries: 13 });
    room.onMessage("events", (events: SkirmishEvent[]) => this.listeners?.events(events));
    room.onMessage("saving", (message: SavingMessage) => this.listeners?.saving(message));
    room.onMessage("saved", (message: SavedMessage) => this.listeners?.saved(message));
    room.onMessage("save_failed", (message: SaveFailedMessage) => this.listeners?.saveFailed(message));
    room.onMessage("rematch_votes", (message: { votes: number; needed: number }) =>
      this.listeners?.rematchVotes(message),
    );
    room.onStateChange(() => this.gauge.notePatch(performance.now()));
    room.onDrop(() => this.listeners?.dropped(room.reconnection.retryCount + 1));
    room.onReconnect(() => this.listeners?.reconnected());
    room.onLeave((code) => {
      clearInterval(this.#pingTimer);
      this.closedWith = code;
      this.listeners?.left(code);
    });
    // An error that does not close the connection is the server's to log.
    room.onError(() => undefined);
    this.#pingTimer = setInterval(() => room.ping((ms) => (this.pingMs = ms)), 1000);
  }

  get state(): SkirmishState {
    return this.room.state;
  }

  /** The own fighter as the server last told; undefined before it is seated. */
  get self(): Fighter | undefined {
    return this.state.fighters.get(this.room.sessionId);
  }

  /** The own fighter as predicted, without smoothing; falls back to the server's. */
  get predictedSelf(): FighterBody | undefined {
    return this.#reconciler?.state ?? this.self;
  }

  /** Advances prediction by one frame and sends the input steps that are due. */
  pump(now: number, controls: ControlState): void {
    this.#followSelf();
    for (let due = this.#predict.tick(now); due > 0; due -= 1) {
      // A spectator steers nobody.
      if (!this.self) continue;
      controls.writeStep(this.input.data);
      this.input.send();
    }
  }

  /** Where to draw a fighter: predicted for the own one, interpolated for the others. */
  drawn(fighter: Fighter, field: "x" | "y" | "angle"): number {
    return this.#predict.value(fighter, field);
  }

  drawnShell(shell: Projectile, field: "x" | "y"): number {
    return this.#predict.value(shell, field);
  }

  /** Votes for another match with the same people. */
  askRematch(): void {
    this.room.send("rematch", {});
  }

  async leave(): Promise<void> {
    this.listeners = undefined;
    clearInterval(this.#pingTimer);
    this.#reconciler?.dispose();
    this.room.reconnection.enabled = false;
    if (this.room.connection.isOpen) await this.room.leave();
    // An attempt to reconnect may be under way; a seat that it wins back is given up at once.
    else this.room.onReconnect(() => void this.room.leave());
  }

  async #firstState(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error("The room did not answer in time.")),
        FIRST_STATE_TIMEOUT_MS,
      );
      this.room.onStateChange.once(() => {
        clearTimeout(timer);
        resolve();
      });
      this.room.onLeave.once((code) => {
        clearTimeout(timer);
        reject(new Error(`The room closed the connection (${code}).`));
      });
    });
    this.#predict.attachAll("fighters", {
      x: { mode: "lerp", delay: INTERPOLATION_DELAY_MS, snap: TELEPORT_METRES },
      y: { mode: "lerp", delay: INTERPOLATION_DELAY_MS, snap: TELEPORT_METRES },
      angle: { mode: "lerp", delay: INTERPOLATION_DELAY_MS, angle: true },
    });
    this.#predict.attachAll("projectiles", {
      mode: "reckon",
      fields: ["x", "y"],
      smoothMs: 40,
      step: (shell: Projectile, dt: number) => this.#flyShell(shell, dt),
    });
  }

  /** Shells fly straight and stop at walls; whether they burst there is the server's to say. */
  #flyShell(shell: Projectile, dt: number): void {
    const dx = Math.cos(shell.angle);
    const dy = Math.sin(shell.angle);
    const distance = castRay(this.#map, this.#map.walls, shell.x, shell.y, dx, dy, SHELL_SPEED * dt);
    shell.x += dx * distance;
    shell.y += dy * distance;
  }

  /** The seat's fighter can be another object after a rejoin, so prediction is bound to whatever is there. */
  #followSelf(): void {
    const self = this.self;
    if (self === this.#predicted) return;
    this.#reconciler?.dispose();
    this.#reconciler = undefined;
    this.#predicted = self;
    if (self) this.#reconciler = this.#predictFighter(self);
  }

  #predictFighter(self: Fighter): Reconciler<Fighter, SkirmishInput> {
    const { state } = this;
    const reconciler = this.#predict.reconciler(self, {
      input: this.input,
      fields: PREDICTED_FIELDS,
      smoothMs: 80,
      snap: TELEPORT_METRES,
      // Never reached: it is set because corrections are only measured when it is.
      warnOnDivergence: Number.POSITIVE_INFINITY,
      onReconcile: () => this.gauge.noteReconcile(reconciler.lastCorrection, self.health, state.phase),
      step: (context, body, command) => {
        if (state.phase === "over") return;
        body.health = self.health;
        const actions = stepFighter(body, command, context.dt, this.#map, state.phase === "live");
        if (context.isReplay) return;
        if (actions.fired) this.listeners?.ownShot(body);
        if (actions.dashed) this.listeners?.ownDash(body);
      },
    }) as unknown as Reconciler<Fighter, SkirmishInput>;
    return reconciler;
  }
}

function enterRoom(client: Client, entry: MatchEntry): Promise<Room> {
  switch (entry.kind) {
    case "seat":
      return client.consumeSeatReservation(entry.reservation);
    case "room":
      return client.joinById(entry.roomId);
    default:
      return client.joinOrCreate("skirmish");
  }
}
