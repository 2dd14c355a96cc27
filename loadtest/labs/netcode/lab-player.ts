/**
 * One player of the lab: a real SDK client on a real connection that predicts, interpolates and draws (onto nothing)
 * 60 times a second with the browser's own code, and writes down what its screen showed. A frame that the machine
 * delivers more than 30 ms late is counted and measured nowhere: a stalled event loop is not the network.
 */
import { Client, type Room } from "@colyseus/sdk";
import { MatchPrediction } from "../../../client/net/match-prediction.ts";
import type { ArenaMap } from "../../../rooms/skirmish/shared/arena-map.ts";
import { RIFLE } from "../../../rooms/skirmish/shared/constants.ts";
import type { FighterBody } from "../../../rooms/skirmish/shared/fighter-step.ts";
import { isInSight as isKnown } from "../../../rooms/skirmish/shared/in-sight.ts";
import type { MatchFighter, MatchWorld } from "../../../rooms/skirmish/shared/match-world.ts";
import { buildNavGrid } from "../../../rooms/skirmish/shared/nav-grid.ts";
import type { SkirmishInput } from "../../../schemas/skirmish-input.ts";
import type { SkirmishEvent } from "../../../schemas/skirmish-messages.ts";
import type { Fighter, SkirmishState } from "../../../schemas/skirmish-state.ts";
import { isInSight } from "./in-sight.ts";
import { type LinkMeter, openLink } from "./link.ts";
import { PlayerHands } from "./player-hands.ts";
import { lifeOf, type PlayerRecord, type SeenShot } from "./records.ts";

const FRAME_MS = 1000 / 60;
const LATE_MS = 30;
/** Predictions are kept until their input is acknowledged, at most for as long as the SDK keeps inputs. */
const KEPT_STEPS = 128;

export interface LabPlayerOptions {
  url: string;
  seed: number;
  lane: boolean;
  map: ArenaMap;
  /** The machine's monotonic clock minus `performance.now()`. */
  clockBase: number;
}

interface Step {
  sequence: number;
  x: number;
  y: number;
  life: number;
}

export class LabPlayer {
  readonly room: Room<unknown, SkirmishState>;
  readonly #options: LabPlayerOptions;
  readonly #prediction: MatchPrediction;
  readonly #link: LinkMeter;
  readonly #hands: PlayerHands;
  readonly #steps: Step[] = [];
  /** When and from where others were last in sight. */
  readonly #inSight = new Map<number, { at: number; x: number; y: number }>();
  /** Since when the own fighter is alive. */
  #bornAt = 0;
  #record: PlayerRecord | undefined;
  #measuredSince = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #fired: FighterBody | undefined;
  #watchesSends = false;
  #compared = 0;
  #late = false;
  #dropped = false;

  static async join(options: LabPlayerOptions): Promise<LabPlayer> {
    const response = await fetch(`${options.url}/auth/guest`, { method: "POST" });
    if (!response.ok) throw new Error(`POST /auth/guest: ${response.status} ${await response.text()}`);
    const client = new Client(options.url);
    client.auth.token = ((await response.json()) as { token: string }).token;
    const room = (await client.joinOrCreate("skirmish")) as Room<unknown, SkirmishState>;
    const firstState = new Promise<void>((resolve) => room.onStateChange.once(() => resolve()));
    const link = openLink(room, options.lane);
    const player = new LabPlayer(room, link, options);
    await firstState;
    player.#prediction.begin();
    return player;
  }

  private constructor(room: Room<unknown, SkirmishState>, link: LinkMeter, options: LabPlayerOptions) {
    this.room = room;
    this.#link = link;
    this.#options = options;
    this.#hands = new PlayerHands(options.seed, options.map, buildNavGrid(options.map));
    this.#prediction = new MatchPrediction(room, options.map, {
      unreliableInputs: options.lane,
      listeners: () => ({
        ownShot: (body) => (this.#fired = { ...body }),
        ownDash: () => undefined,
      }),
    });
    const { gauge } = this.#prediction;
    const note = gauge.noteReconcile.bind(gauge);
    gauge.noteReconcile = (correction, health, phase) => {
      note(correction, health, phase);
      const metres = Math.hypot(correction["x"] ?? 0, correction["y"] ?? 0);
      if (metres > 0)
        this.#record?.corrections.push({ sequence: this.#prediction.input.lastProcessed, metres });
    };
    room.onStateChange(() => this.#compareSteps());
    room.onMessage("events", (events: SkirmishEvent[]) => this.#hear(events));
    room.onMessage("*", () => undefined);
    room.onError(() => undefined);
    room.reconnection.enabled = false;
    room.onLeave(() => (this.#dropped = true));
  }

  /** Plays from now on. @param offsetMs so that not all players of a process draw at once. */
  play(offsetMs: number): void {
    let due = performance.now() + offsetMs;
    const frame = (): void => {
      const now = performance.now();
      this.#late = now - due > LATE_MS;
      this.#frame(now);
      // What was missed stays missed, as on a screen.
      due = Math.max(due + FRAME_MS, now);
      this.#timer = setTimeout(frame, Math.max(0, due - performance.now()));
    };
    this.#timer = setTimeout(frame, offsetMs);
  }

  measure(): void {
    this.#measuredSince = performance.now();
    this.#link.restart();
    this.#record = {
      sessionId: this.room.sessionId,
      slot: this.#prediction.self?.slot ?? -1,
      seconds: 0,
      onLane: false,
      framesDrawn: 0,
      framesLate: 0,
      frames: [],
      shots: [],
      steps: [],
      corrections: [],
      gaugeCorrections: -this.#prediction.gauge.corrections,
      hits: [],
      webSocket: this.#link.webSocket,
      lane: this.#link.lane,
      roundTripMs: 0,
      jitterMs: 0,
    };
  }

  finish(): PlayerRecord {
    const record = this.#record;
    if (!record) throw new Error("nothing was measured");
    if (this.#dropped) throw new Error("a connection was lost, so the case says nothing");
    this.#record = undefined;
    clearTimeout(this.#timer);
    const { clock } = this.room;
    record.seconds = (performance.now() - this.#measuredSince) / 1000;
    record.onLane = this.#link.onLane;
    record.gaugeCorrections += this.#prediction.gauge.corrections;
    record.webSocket = { ...this.#link.webSocket };
    record.lane = { ...this.#link.lane };
    record.roundTripMs = clock.smoothedRtt();
    record.jitterMs = clock.jitter();
    return record;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#prediction.dispose();
    this.#link.close();
    this.room.connection.close();
  }

  #frame(now: number): void {
    this.#prediction.pump(now, (input) => this.#writeStep(input));
    const record = this.#record;
    if (!record) return;
    record.framesDrawn += 1;
    if (this.#late) {
      record.framesLate += 1;
      return;
    }
    const at = performance.now() + this.#options.clockBase;
    const { drawnAt } = this.#prediction;
    record.frames.push({ at, drawnAt, newestAt: this.room.clock.lastServerTime() });
    this.#look(at);
  }

  #writeStep(input: SkirmishInput): void {
    // After the reconciler, which listens since it follows the own fighter.
    if (!this.#watchesSends) this.#prediction.input.onSend((sequence) => this.#sent(sequence));
    this.#watchesSends = true;
    const { moveX, moveY, aim, buttons } = this.#hands.step(this.room.sessionId, this.#screen());
    Object.assign(input, { moveX, moveY, aim, buttons });
  }

  /** The step has been predicted. */
  #sent(sequence: number): void {
    const body = this.#prediction.predictedSelf;
    const { self } = this.#prediction;
    if (!body || !self) return;
    this.#steps.push({ sequence, x: body.x, y: body.y, life: lifeOf(self) });
    if (this.#steps.length > KEPT_STEPS) this.#steps.shift();
    const fired = this.#fired;
    this.#fired = undefined;
    if (fired?.weapon !== RIFLE || !this.#record) return;
    this.#record.shots.push({
      at: performance.now() + this.#options.clockBase,
      sequence,
      x: fired.x,
      y: fired.y,
      aim: fired.angle,
      drawnAt: this.#prediction.drawnAt,
      others: this.#drawnOthers(),
      late: this.#late,
    });
  }

  #drawnOthers(): SeenShot["others"] {
    const { state, sessionId } = this.room;
    const others: SeenShot["others"] = [];
    state.fighters.forEach((fighter, key) => {
      if (key === sessionId || !isKnown(fighter)) return;
      const { x, y } = this.#drawn(fighter);
      const shielded = state.tick < fighter.shieldUntil;
      others.push({ slot: fighter.slot, x, y, life: lifeOf(fighter), shielded });
    });
    return others;
  }

  #drawn(fighter: Fighter): { x: number; y: number } {
    return { x: this.#prediction.drawn(fighter, "x"), y: this.#prediction.drawn(fighter, "y") };
  }

  /** The world as it is drawn, for the hands. */
  #screen(): MatchWorld {
    const { state, sessionId } = this.room;
    const fighters = new Map<string, MatchFighter>();
    state.fighters.forEach((fighter, key) => {
      if (!isKnown(fighter)) return;
      const { slot, team, health, weapon, weaponCooldown, dashTicks, dashAngle, dashCooldown } = fighter;
      const { respawnAt, shieldUntil, score, kills, deaths } = fighter;
      const body = key === sessionId ? this.#prediction.predictedSelf : undefined;
      fighters.set(key, {
        slot,
        team,
        weapon,
        weaponCooldown,
        dashTicks,
        dashAngle,
        dashCooldown,
        respawnAt,
        shieldUntil,
        score,
        kills,
        deaths,
        ...(body ?? { ...this.#drawn(fighter), angle: fighter.angle }),
        health,
      });
    });
    const { phase, secondsLeft, tick, mode, winner } = state;
    return { phase, secondsLeft, tick, mode, winner, fighters, projectiles: new Map(), teams: [] };
  }

  /** Notes who is in sight. */
  #look(at: number): void {
    const { self } = this.#prediction;
    if (!self || self.health === 0) {
      this.#bornAt = at;
      return;
    }
    const own = this.#drawn(self);
    this.room.state.fighters.forEach((fighter) => {
      if (fighter === self || !isKnown(fighter) || fighter.health === 0) return;
      if (isInSight(this.#options.map, this.#drawn(fighter), own))
        this.#inSight.set(fighter.slot, { at, x: own.x, y: own.y });
    });
  }

  #compareSteps(): void {
    const { input, self } = this.#prediction;
    const sequence = input.lastProcessed;
    if (!this.#record || !self || sequence === this.#compared) return;
    this.#compared = sequence;
    while ((this.#steps[0]?.sequence ?? sequence) < sequence) this.#steps.shift();
    const step = this.#steps[0];
    if (step?.sequence !== sequence) return;
    const metres = Math.hypot(step.x - self.x, step.y - self.y);
    const at = performance.now() + this.#options.clockBase;
    this.#record.steps.push({ at, sequence, metres, life: step.life });
  }

  #hear(events: readonly SkirmishEvent[]): void {
    const record = this.#record;
    if (!record) return;
    const { self } = this.#prediction;
    if (!self) return;
    const at = performance.now() + this.#options.clockBase;
    for (const [index, event] of events.entries()) {
      const before = events[index - 1];
      if (event[0] !== "hit" || event[2] !== self.slot) continue;
      if (before?.[0] !== "shot" || before[2] !== RIFLE || before[5] !== self.slot) continue;
      const by = event[1];
      const own = this.#drawn(self);
      let shooter: Fighter | undefined;
      this.room.state.fighters.forEach((fighter) => {
        if (fighter.slot === by) shooter = fighter;
      });
      // An unseen shooter's shot is not told of; one who has just gone has no place.
      if (!shooter || !isKnown(shooter)) continue;
      const visible = isInSight(this.#options.map, this.#drawn(shooter), own);
      const last = this.#inSight.get(by);
      const hidden = visible || !last || last.at < this.#bornAt ? undefined : last;
      record.hits.push({
        at,
        by,
        visible,
        ...(hidden && {
          hiddenMs: at - hidden.at,
          hiddenMetres: Math.hypot(own.x - hidden.x, own.y - hidden.y),
        }),
      });
    }
  }
}
