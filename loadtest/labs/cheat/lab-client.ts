/**
 * One player's computer: a page that steps when its clock says, shows what has arrived as the browser's own code does
 * (the same playout delay, the same prediction), lets hands play on it, and sends. A cheat is a program between the
 * hands and the wire. Echoes are the network stack's: they go out while the page stands still.
 */
import { PlayoutDelay } from "../../../client/net/playout-delay.ts";
import type { ArenaMap } from "../../../rooms/skirmish/shared/arena-map.ts";
import { type FighterInput, stepFighter } from "../../../rooms/skirmish/shared/fighter-step.ts";
import type { Cheat, CheatProgram } from "./cheats.ts";
import { ClientClock } from "./client-clock.ts";
import type { Hands } from "./hands.ts";
import type { LabRandom } from "./lab-random.ts";
import { Direction, type Network } from "./networks.ts";
import { PageClock } from "./page-clock.ts";
import { Screen } from "./screen.ts";
import type { SightMemo } from "./sight-memo.ts";
import { Uplink } from "./uplink.ts";
import { SLOTS, TAPE_TICKS, type WorldTape } from "./world-tape.ts";

const STEP_MS = 1000 / 30;
const STEP_SECONDS = 1 / 30;
const START_DELAY_MS = 2 * STEP_MS;
const MASK = TAPE_TICKS - 1;
const MOST_PINGS = 64;
const REWIND_MS = 250;
const MAX_HEALTH = 100;

export interface LabClientOptions {
  slot: number;
  network: Network;
  map: ArenaMap;
  sight: SightMemo;
  tape: WorldTape;
  random: LabRandom;
  hands: Hands;
  cheat: Cheat | undefined;
}

export class LabClient {
  readonly up: Uplink;
  readonly screen: Screen;
  readonly hands: Hands;
  readonly cheat: Cheat | undefined;
  readonly #options: LabClientOptions;
  readonly #program: CheatProgram | undefined;
  readonly #page: PageClock;
  readonly #clock = new ClientClock();
  readonly #playout = new PlayoutDelay(START_DELAY_MS);
  readonly #down: Direction;
  readonly #downDatagrams: Direction;
  readonly #arrivals = new Float64Array(TAPE_TICKS);
  readonly #pingAt = new Float64Array(MOST_PINGS);
  readonly #pingSentAt = new Float64Array(MOST_PINGS);
  #pings = 0;
  #echoed = 0;
  #newest = -1;
  #told = -1;
  #acknowledged = -1;
  /** What comes out of the own fighter by the prediction, by input. */
  readonly #predictedX = new Float64Array(TAPE_TICKS);
  readonly #predictedY = new Float64Array(TAPE_TICKS);
  readonly #out: FighterInput = { moveX: 0, moveY: 0, aim: 0, buttons: 0 };
  readonly #link = { patchMs: STEP_MS, jitterMs: 0, roundTripMs: 0, newestAgeMs: 0, rewindMs: REWIND_MS };
  #steppedAt = 0;
  #blockedUntil = 0;

  constructor(options: LabClientOptions) {
    const { slot, network, random, cheat, hands } = options;
    this.#options = options;
    this.hands = hands;
    this.cheat = cheat;
    this.#program = cheat?.start(random);
    this.screen = new Screen(slot);
    this.up = new Uplink(network.lane, new Direction(network, random), new Direction(network, random));
    this.#down = new Direction(network, random);
    this.#downDatagrams = new Direction(network, random);
    // Whoever looks at another page does not cheat.
    this.#page = new PageClock(random, 0, cheat?.clockSpeed ?? 1, cheat === undefined);
  }

  /** The server has sent the patch of a tick, and then perhaps a number to echo. */
  told(tick: number, at: number, pings: boolean): void {
    const { lane } = this.#options.network;
    this.#told = tick;
    this.#arrivals[tick & MASK] = lane ? this.#downDatagrams.datagram(at) : this.#down.stream(at);
    if (!pings) return;
    const slot = this.#pings % MOST_PINGS;
    this.#pingAt[slot] = this.#down.stream(at);
    this.#pingSentAt[slot] = at;
    this.#pings += 1;
  }

  /** Everything that happens here until then. */
  advanceTo(until: number): void {
    const page = this.#page;
    while (page.at <= until) {
      this.#echo(page.at);
      for (let step = 0; step < page.steps; step += 1) this.#step(page.at, page.hidden);
      page.advance();
    }
    this.#echo(until);
  }

  #echo(until: number): void {
    while (this.#echoed < this.#pings) {
      const slot = this.#echoed % MOST_PINGS;
      const at = this.#pingAt[slot] as number;
      if (at > until) return;
      this.#echoed += 1;
      const held = this.#program?.blocksEchoes === true && at < this.#blockedUntil;
      this.up.sendEcho(held ? this.#blockedUntil : at, this.#pingSentAt[slot] as number);
    }
  }

  #step(now: number, hidden: boolean): void {
    this.#receive(now);
    if (this.#newest < 0) return;
    const drawnAt = this.#draw(now);
    const { screen } = this;
    const out = this.#out;
    if (hidden) {
      // The page has let go of everything.
      out.moveX = 0;
      out.moveY = 0;
      out.buttons = 0;
    } else this.hands.step(screen, out);
    const program = this.#program;
    if (program && !hidden) {
      program.tamper?.(screen, this.hands, out);
      const blockedUntil = program.blocksUntil?.(screen, this.hands) ?? 0;
      if (blockedUntil > this.#blockedUntil) this.#blockedUntil = blockedUntil;
    }
    const stamp = program?.stamp?.(drawnAt, out, screen) ?? drawnAt;
    const copies = program?.copies ?? 1;
    for (let copy = 0; copy < copies; copy += 1) this.#send(now, out, stamp);
    program?.afterSend?.(this.up, () => this.up.sendInput(Math.max(now, this.#blockedUntil)));
  }

  #send(now: number, out: FighterInput, stamp: number): void {
    const { up, screen } = this;
    const slot = Uplink.slot(up.sent);
    up.moveX[slot] = out.moveX;
    up.moveY[slot] = out.moveY;
    up.aim[slot] = out.aim;
    up.buttons[slot] = out.buttons;
    up.stamps[slot] = stamp;
    const { self } = screen;
    stepFighter(self, out, STEP_SECONDS, this.#options.map, screen.live);
    this.#predictedX[up.sent & MASK] = self.x;
    this.#predictedY[up.sent & MASK] = self.y;
    up.sendInput(Math.max(now, this.#blockedUntil));
  }

  #receive(now: number): void {
    const { lane } = this.#options.network;
    const before = this.#newest;
    for (let tick = Math.max(this.#newest + 1, this.#told - MASK); tick <= this.#told; tick += 1) {
      const at = this.#arrivals[tick & MASK] as number;
      if (at > now) {
        if (lane) continue;
        break;
      }
      this.#newest = tick;
      this.#acknowledge(tick, at);
    }
    if (this.#newest !== before) this.#reconcile();
  }

  #acknowledge(tick: number, at: number): void {
    const { tape, slot } = this.#options;
    const acknowledged = tape.consumed(slot, tick);
    const fresh = acknowledged > this.#acknowledged;
    if (fresh) this.#acknowledged = acknowledged;
    this.#clock.sample(
      at,
      tick * STEP_MS,
      fresh ? at - (this.up.sentAt[Uplink.slot(acknowledged)] as number) : -1,
    );
  }

  /** As far as the server was somewhere else, so is the prediction. */
  #reconcile(): void {
    const { tape, slot } = this.#options;
    const { screen, up } = this;
    const { self } = screen;
    const tick = this.#newest;
    screen.live = tape.isLive(tick);
    screen.health = tape.health(slot, tick);
    if (screen.health > 0 && self.health === 0) self.weaponCooldown = 0;
    screen.alive = screen.health > 0;
    self.health = screen.health > 0 ? MAX_HEALTH : 0;
    const x = tape.x(slot, tick, 0);
    const y = tape.y(slot, tick, 0);
    const acknowledged = this.#acknowledged;
    if (acknowledged < 0 || up.sent - acknowledged >= TAPE_TICKS) {
      self.x = x;
      self.y = y;
      return;
    }
    const dx = x - (this.#predictedX[acknowledged & MASK] as number);
    const dy = y - (this.#predictedY[acknowledged & MASK] as number);
    if (dx === 0 && dy === 0) return;
    for (let sequence = acknowledged; sequence < up.sent; sequence += 1) {
      this.#predictedX[sequence & MASK] = (this.#predictedX[sequence & MASK] as number) + dx;
      this.#predictedY[sequence & MASK] = (this.#predictedY[sequence & MASK] as number) + dy;
    }
    self.x += dx;
    self.y += dy;
  }

  /** @returns the server's time that others are drawn at. */
  #draw(now: number): number {
    const { tape, sight } = this.#options;
    const { screen, hands } = this;
    const link = this.#link;
    const serverNow = this.#clock.serverNow(now);
    const halfTrip = this.#clock.roundTripMs / 2;
    link.jitterMs = this.#clock.jitterMs;
    link.roundTripMs = this.#clock.roundTripMs;
    link.newestAgeMs = serverNow - halfTrip - this.#newest * STEP_MS;
    const delay = this.#playout.update(now - this.#steppedAt, link);
    this.#steppedAt = now;
    const drawnAt = serverNow - delay - halfTrip;
    const drawn = Math.max(0, this.#told - MASK + 2, Math.min(this.#newest, drawnAt / STEP_MS));
    const tick = Math.floor(drawn);
    const share = drawn - tick;
    screen.now = now;
    for (let slot = 0; slot < SLOTS; slot += 1) {
      screen.isAlive[slot] = tape.health(slot, tick) > 0 ? 1 : 0;
      screen.isShielded[slot] = tape.shielded(slot, tick) ? 1 : 0;
      screen.x[slot] = tape.x(slot, tick, share);
      screen.y[slot] = tape.y(slot, tick, share);
    }
    if (screen.live && screen.alive)
      screen.look(sight, hands.hand.x, hands.hand.y, this.cheat?.seesAll === true);
    return drawnAt;
  }
}
