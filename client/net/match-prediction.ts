/**
 * What a player's screen shows between two patches: the own fighter predicted with the shared step, everybody else
 * interpolated where the server will judge shots at them, shells in flight. The SDK does the predicting; this file
 * wires it. It needs no page, so that measuring clients play by the very same code.
 *
 * Frame order matters: `pump` first (it reconciles, then sends the steps that are due), positions are read after it.
 */
import { Callbacks, type InputHandle, type Room } from "@colyseus/sdk";
import { Predict, type Reconciler } from "@colyseus/sdk/predict";
import { type ArenaMap, castRay } from "../../rooms/skirmish/shared/arena-map.ts";
import { LAUNCHER, SHELL_SPEED, SHIELD_TICKS, TICK_RATE } from "../../rooms/skirmish/shared/constants.ts";
import {
  FIGHTER_BODY_FIELDS,
  type FighterBody,
  stepFighter,
} from "../../rooms/skirmish/shared/fighter-step.ts";
import type { SkirmishInput } from "../../schemas/skirmish-input.ts";
import type { Fighter, Projectile, SkirmishState } from "../../schemas/skirmish-state.ts";
import { keepWhole } from "../../sdk/unreliable-lane.ts";
import { type DrawnShell, OwnShells } from "./own-shells.ts";
import { PlayoutDelay } from "./playout-delay.ts";
import { PredictionGauge } from "./prediction-gauge.ts";

/** Two ticks: until more is known of the connection. */
const START_DELAY_MS = 2000 / TICK_RATE;
/** A jump longer than this is a respawn, not a movement, metres. */
const TELEPORT_METRES = 4;
/** Nobody gets so far before the server answers. */
const FARTHEST_AHEAD_METRES = 8;
/** Inputs that each unreliable frame repeats: a quarter of a second may be lost in one piece. */
const INPUT_HISTORY = 8;

/**
 * Health is not predicted: only others take it away. Mirroring it would make every hit a misprediction, so the step
 * reads it from the server's fighter instead.
 */
const PREDICTED_FIELDS = FIGHTER_BODY_FIELDS.filter((field) => field !== "health");

export interface PredictionListeners {
  /** The predicted step fired or dashed, right now; replays of the same step do not call again. */
  ownShot(body: FighterBody): void;
  ownDash(body: FighterBody): void;
}

export interface PredictionOptions {
  /** Inputs go with a repetition of those before, for a connection that can lose them. */
  unreliableInputs: boolean;
  listeners(): PredictionListeners | undefined;
}

/**
 * Health and place of somebody who comes back may travel by different ways. The place comes with the tick, so until that
 * tick is here the fighter is not; nor is it until the prediction has been put there.
 */
function isIn({ shieldUntil, x, y }: Fighter, { tick }: SkirmishState, body: FighterBody): boolean {
  const apart = Math.max(Math.abs(body.x - x), Math.abs(body.y - y));
  return tick >= shieldUntil - SHIELD_TICKS && apart < FARTHEST_AHEAD_METRES;
}

/** What the SDK has, and does not declare: a field that follows `setDefaults`. */
interface FieldTracker {
  track(fighter: Fighter, field: "x" | "y" | "angle", options?: { angle: boolean }): void;
  untrack(fighter: Fighter, field: "x" | "y" | "angle"): void;
}

interface FighterCallbacks {
  listen(fighter: Fighter, field: "health", changed: (now?: number, before?: number) => void): void;
  onAdd(key: "fighters", added: (fighter: Fighter) => void): void;
  onRemove(key: "fighters", removed: (fighter: Fighter) => void): void;
}

export class MatchPrediction {
  readonly input: InputHandle<SkirmishInput>;
  readonly gauge = new PredictionGauge();
  readonly #room: Room<unknown, SkirmishState>;
  readonly #map: ArenaMap;
  readonly #options: PredictionOptions;
  readonly #predict: Predict<SkirmishState>;
  readonly #playout = new PlayoutDelay(START_DELAY_MS);
  #shells: OwnShells | undefined;
  #reconciler: Reconciler<Fighter, SkirmishInput> | undefined;
  #predicted: Fighter | undefined;
  #frameAt = 0;

  constructor(room: Room<unknown, SkirmishState>, map: ArenaMap, options: PredictionOptions) {
    this.#room = room;
    this.#map = map;
    this.#options = options;
    this.input = room.input<SkirmishInput>(
      options.unreliableInputs ? { mode: "unreliable", historySize: INPUT_HISTORY } : { mode: "reliable" },
    );
    this.#predict = Predict.get(room, { mode: "lerp", delay: START_DELAY_MS, snap: TELEPORT_METRES });
    room.onStateChange(() => this.gauge.notePatch(performance.now()));
  }

  /** The own fighter as the server last told; undefined before it is seated. */
  get self(): Fighter | undefined {
    return this.#room.state.fighters.get(this.#room.sessionId);
  }

  /** The own fighter as predicted, without smoothing; falls back to the server's. */
  get predictedSelf(): FighterBody | undefined {
    return this.#reconciler?.state ?? this.self;
  }

  /** The server's time that others are drawn at, milliseconds. */
  get drawnAt(): number {
    const { clock } = this.#room;
    return clock.serverNow() - this.#playout.delayMs - clock.smoothedRtt() / 2;
  }

  /** With the first state in place. */
  begin(): void {
    const callbacks = Callbacks.get(this.#room as never) as FighterCallbacks;
    // Field by field, and not by `attachAll`, which keeps the delay that there is now.
    const fields = this.#predict as unknown as FieldTracker;
    const follow = (fighter: Fighter): void => {
      fields.track(fighter, "x");
      fields.track(fighter, "y");
      fields.track(fighter, "angle", { angle: true });
    };
    const lose = (fighter: Fighter): void => {
      for (const field of ["x", "y", "angle"] as const) fields.untrack(fighter, field);
    };
    callbacks.onAdd("fighters", (fighter) => {
      // Health comes when a fighter comes into sight, with all else, and goes with it. What is left of a place from before
      // is nothing to glide from.
      callbacks.listen(fighter, "health", (now, before) => {
        if (now === undefined) lose(fighter);
        else if (before === undefined) {
          lose(fighter);
          follow(fighter);
        }
      });
    });
    callbacks.onRemove("fighters", lose);
    this.#predict.attachAll("projectiles", {
      mode: "reckon",
      fields: ["x", "y"],
      smoothMs: 40,
      step: (shell: Projectile, dt: number) => this.#flyShell(shell, dt),
    });
    this.#shells = new OwnShells(this.#predict, this.#map, () => this.self?.slot);
  }

  /** Advances prediction by one frame and sends the input steps that are due. */
  pump(now: number, writeStep: (input: SkirmishInput) => void): void {
    this.#followSelf();
    this.#steerPlayout(now);
    for (let due = this.#predict.tick(now); due > 0; due -= 1) {
      // A spectator steers nobody.
      if (!this.self) continue;
      writeStep(this.input.data);
      if (this.#options.unreliableInputs) keepWhole(this.input);
      this.input.send();
    }
  }

  /** Where to draw a fighter that is in sight: predicted for the own one, interpolated for the others. */
  drawn(fighter: Fighter, field: "x" | "y" | "angle"): number {
    return this.#predict.value(fighter, field);
  }

  /** Where to draw every shell: others' where the server has them by now, the own ones where they were predicted. */
  drawShells(now: number, show: (shell: DrawnShell) => void): void {
    // Absent until the server has shown one.
    this.#room.state.projectiles?.forEach((shell, key) => {
      if (this.#shells?.isOwn(shell)) return;
      const x = this.#predict.value(shell, "x");
      const y = this.#predict.value(shell, "y");
      show({ key, x, y, angle: shell.angle });
    });
    this.#shells?.draw(now, show);
  }

  dispose(): void {
    this.#reconciler?.dispose();
    this.#shells?.dispose();
  }

  #steerPlayout(now: number): void {
    const { clock, state } = this.#room;
    const frameMs = now - this.#frameAt;
    this.#frameAt = now;
    if (clock.lastServerTime() === 0) return;
    const delay = this.#playout.update(frameMs, {
      patchMs: clock.patchInterval?.() || 1000 / TICK_RATE,
      jitterMs: clock.jitter(),
      roundTripMs: clock.smoothedRtt(),
      newestAgeMs: clock.serverNow() - clock.smoothedRtt() / 2 - clock.lastServerTime(),
      rewindMs: state.rewindMs,
    });
    // The input's stamp follows this delay, so shots say exactly what was drawn.
    this.#predict.setDefaults({ delay });
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
    const { state } = this.#room;
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
        body.health = isIn(self, state, body) ? self.health : 0;
        const actions = stepFighter(body, command, context.dt, this.#map, state.phase === "live");
        if (context.isReplay) return;
        if (actions.fired && body.weapon === LAUNCHER)
          this.#shells?.fire(body.x, body.y, body.angle, performance.now());
        if (actions.fired) this.#options.listeners()?.ownShot(body);
        if (actions.dashed) this.#options.listeners()?.ownDash(body);
      },
    }) as unknown as Reconciler<Fighter, SkirmishInput>;
    return reconciler;
  }
}
