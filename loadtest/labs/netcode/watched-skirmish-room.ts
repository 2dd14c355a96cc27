/**
 * Skirmish's room, unchanged, with a witness: writes down each tick, each input that is consumed and each rifle's shot
 * as it is judged. Lines of JSON in the file that the options name (`watchFile`), buffered and written every half
 * second and at the end.
 */
import { appendFileSync } from "node:fs";
import type { InputAccessor } from "@colyseus/core";
import type { Fight, FightOptions } from "../../../rooms/skirmish/fight.ts";
import { BUTTON_FIRE, RIFLE, TICK_RATE } from "../../../rooms/skirmish/shared/constants.ts";
import type { FighterInput } from "../../../rooms/skirmish/shared/fighter-step.ts";
import { SkirmishRoom } from "../../../rooms/skirmish/skirmish-room.ts";
import type { SkirmishEvent } from "../../../schemas/skirmish-messages.ts";
import type { Fighter } from "../../../schemas/skirmish-state.ts";
import type { RoomServices } from "../../../src/index.ts";
import { lifeOf, monotonicNow, type ServerRecord, type StoodFighter, type TickRecord } from "./records.ts";

const TICKS_PER_WRITE = TICK_RATE / 2;

/** What a fighter is doing in the tick that is running. */
interface Turn {
  slot: number;
  /** Sequence numbers of what it consumes. */
  consumed: number[];
  dropped: number;
  inputs: FighterInput[];
  cooldown: number;
}

export class WatchedSkirmishRoom extends SkirmishRoom {
  #file = "";
  #lines: string[] = [];
  #fight!: Fight;
  #turn: Turn | undefined;
  #turns: Turn[] = [];
  readonly #seated = new Map<string, number>();
  readonly #tapped = new WeakSet<object>();

  override onCreate(options: { arena: RoomServices; mode?: unknown }): void {
    this.#file = String(options.arena.options["watchFile"]);
    const inputs = this.inputs as unknown as { get(sessionId: string): InputAccessor<unknown> };
    const find = inputs.get.bind(inputs);
    inputs.get = (sessionId) => this.#tap(sessionId, find(sessionId));
    super.onCreate(options);
  }

  override async onDispose(): Promise<void> {
    this.#write();
    await super.onDispose();
  }

  protected override openFight(options: FightOptions): Fight {
    const { consume, emit } = options;
    const fight = super.openFight({
      ...options,
      consume: (key) => {
        const fighter = this.state.fighters.get(key) as Fighter;
        const { slot, weaponCooldown } = fighter;
        this.#turn = { slot, consumed: [], dropped: 0, inputs: [], cooldown: weaponCooldown };
        this.#turns.push(this.#turn);
        this.#turn.inputs = consume(key);
        return this.#turn.inputs;
      },
      emit: (event) => {
        if (event[0] === "shot" && event[2] === RIFLE) this.#noteShot(event);
        emit(event);
      },
    });
    const step = fight.step.bind(fight);
    fight.step = () => {
      this.#turns = [];
      this.#turn = undefined;
      step();
      this.#noteTick();
    };
    this.#fight = fight;
    return fight;
  }

  /** Sees which inputs leave a player's buffer. */
  #tap(sessionId: string, accessor: InputAccessor<unknown>): InputAccessor<unknown> {
    if (this.#tapped.has(accessor) || Object.isFrozen(accessor)) return accessor;
    this.#tapped.add(accessor);
    const next = accessor.next.bind(accessor);
    const take = accessor.take.bind(accessor);
    Object.assign(accessor, {
      next: () => {
        const input: unknown = next();
        if (input !== undefined) this.#turn?.consumed.push(this.#acknowledged(sessionId));
        return input;
      },
      take: (count: number) => {
        const taken = take(count);
        if (this.#turn) this.#turn.dropped += taken.length;
        return taken;
      },
    });
    return accessor;
  }

  /** The sequence number that the next patch acknowledges. Private to Colyseus. */
  #acknowledged(sessionId: string): number {
    const client = this.clients.get(sessionId) as unknown as
      | { _inputBuffer?: { ackSeq: number } }
      | undefined;
    return client?._inputBuffer?.ackSeq ?? 0;
  }

  #noteShot([, slot, , angle, , target]: Extract<SkirmishEvent, ["shot", ...unknown[]]>): void {
    const turn = this.#turn;
    // A bot's shots have no screen to be compared with.
    if (turn?.slot !== slot) return;
    const index = turn.inputs.findIndex(
      ({ buttons }, at) => at >= turn.cooldown && (buttons & BUTTON_FIRE) !== 0,
    );
    const { seenTick } = turn.inputs[index] ?? {};
    const others: Extract<ServerRecord, { kind: "shot" }>["others"] = [];
    let from = { x: 0, y: 0 };
    this.state.fighters.forEach((fighter, key) => {
      if (fighter.slot === slot) {
        from = { x: fighter.x, y: fighter.y };
        return;
      }
      const judged =
        (seenTick === undefined ? undefined : this.#fight.context.history.at(key, seenTick)) ?? fighter;
      others.push({ ...this.#stood(fighter), judgedX: judged.x, judgedY: judged.y });
    });
    this.#note({
      kind: "shot",
      tick: this.state.tick,
      slot,
      sequence: turn.consumed[index] ?? 0,
      ...(seenTick === undefined ? {} : { seenTick }),
      ...from,
      angle,
      target,
      others,
    });
  }

  #noteTick(): void {
    const { tick, phase, fighters } = this.state;
    const stood: StoodFighter[] = [];
    const inputs: TickRecord["inputs"] = [];
    fighters.forEach((fighter, key) => {
      const { slot } = fighter;
      if (this.#seated.get(key) !== slot) {
        this.#seated.set(key, slot);
        this.#note({ kind: "seat", sessionId: key, slot });
      }
      stood.push(this.#stood(fighter));
      const turn = this.#turns.find((one) => one.slot === slot);
      if (!turn || (turn.consumed.length === 0 && turn.dropped === 0)) return;
      const { consumed, dropped } = turn;
      inputs.push({ slot, consumed, dropped, acknowledged: this.#acknowledged(key) });
    });
    const elapsed = this.clock.elapsedTime;
    this.#note({
      kind: "tick",
      tick,
      at: monotonicNow(),
      elapsed,
      live: phase === "live",
      fighters: stood,
      inputs,
    });
    if (tick % TICKS_PER_WRITE === 0) this.#write();
  }

  #stood(fighter: Fighter): StoodFighter {
    const { slot, x, y } = fighter;
    return { slot, x, y, life: lifeOf(fighter), shielded: this.state.tick < fighter.shieldUntil };
  }

  #note(record: ServerRecord): void {
    this.#lines.push(JSON.stringify(record));
  }

  #write(): void {
    if (this.#lines.length > 0) appendFileSync(this.#file, `${this.#lines.join("\n")}\n`);
    this.#lines = [];
  }
}
