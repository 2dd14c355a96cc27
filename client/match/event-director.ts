/**
 * Turns what happened (the events of a match, and the own shots the moment they are predicted) into light, sound and
 * lines of the kill feed. Where the own shots come from prediction, the server's report of them is not drawn again. The
 * match is a live one, or one that is shown again through somebody's eyes.
 */
import { type ArenaMap, castRay, rayIntoCircle } from "../../rooms/skirmish/shared/arena-map.ts";
import { FIGHTER_RADIUS, LAUNCHER, RIFLE_RANGE } from "../../rooms/skirmish/shared/constants.ts";
import type { FighterBody } from "../../rooms/skirmish/shared/fighter-step.ts";
import { isInSight } from "../../rooms/skirmish/shared/in-sight.ts";
import type { SkirmishEvent } from "../../schemas/skirmish-messages.ts";
import type { Fighter } from "../../schemas/skirmish-state.ts";
import type { FeedName, KillFeed } from "../hud/kill-feed.ts";
import type { ArenaView } from "../scene/arena-view.ts";
import { type FighterView, MUZZLE_METRES } from "../scene/fighter-view.ts";
import { fighterColour } from "../scene/palette.ts";
import type { Sound } from "../sound.ts";
import { fighterHue, sidesOf } from "./sides.ts";

/** Whoever takes part, as far as the picture goes. */
type Player = Pick<Fighter, "slot" | "team" | "name" | "x" | "y" | "health">;

/** The match that is shown. */
export interface DirectedMatch {
  readonly mode: string;
  readonly fighters: {
    get(key: string): Player | undefined;
    forEach(callback: (fighter: Player, key: string) => void): void;
  };
}

export interface DirectorStage {
  match(): DirectedMatch;
  /** Through whose eyes; "" for nobody's. */
  ownKey(): string;
  /** The own shots and dashes are shown by `ownShot` and `ownDash`. */
  predictsOwn: boolean;
  arena: ArenaView;
  map: ArenaMap;
  sound: Sound;
  feed: KillFeed;
  /** CSS pixels: where a hit is confirmed. */
  crosshair(): { x: number; y: number };
  /** @param strength 0–1. */
  ownHurt(strength: number): void;
  /** @param killer "" when nobody did it. */
  ownDeath(killer: string): void;
}

interface Party {
  key: string;
  fighter: Player;
  view: FighterView | undefined;
}

export class EventDirector {
  readonly #stage: DirectorStage;

  constructor(stage: DirectorStage) {
    this.#stage = stage;
  }

  play(events: readonly SkirmishEvent[]): void {
    // Nobody looks: a page in the background would only pile up effects.
    if (document.hidden) return;
    for (const event of events) this.#playOne(event);
  }

  /** The own weapon fired in the predicted step: the flash and the tracer do not wait for the server. */
  ownShot(body: FighterBody): void {
    const own = this.#own();
    if (!own?.view) return;
    const heavy = body.weapon === LAUNCHER;
    this.#fire(own.view, body.angle, heavy);
    this.#stage.arena.camera.shake(heavy ? 0.16 : 0.05);
    if (heavy) return;
    const dx = Math.cos(body.angle);
    const dy = Math.sin(body.angle);
    let distance = castRay(this.#stage.map, this.#stage.map.solids, body.x, body.y, dx, dy, RIFLE_RANGE);
    let target: FighterView | undefined;
    this.#stage.match().fighters.forEach((_, key) => {
      const view = this.#stage.arena.findFighter(key);
      if (!view?.alive || view === own.view) return;
      const hit = rayIntoCircle(body.x, body.y, dx, dy, view, FIGHTER_RADIUS);
      if (hit >= distance) return;
      distance = hit;
      target = view;
    });
    this.#trace(
      own.view,
      body.angle,
      body.x + dx * distance,
      body.y + dy * distance,
      distance < RIFLE_RANGE,
      target,
    );
  }

  ownDash(): void {
    const own = this.#own();
    if (!own?.view) return;
    this.#stage.arena.effects.dashStart(own.view.x, own.view.y, own.view.tint);
    this.#stage.sound.dash(0);
  }

  #playOne(event: SkirmishEvent): void {
    switch (event[0]) {
      case "shot":
        return this.#shot(event);
      case "hit":
        return this.#hit(event[1], event[2], event[3]);
      case "kill":
        return this.#kill(event[1], event[2], event[3]);
      case "burst":
        return this.#burst(event[2], event[3]);
      case "dash":
        return this.#dash(event[1]);
      case "spawn":
        return this.#spawn(event[1]);
      default:
    }
  }

  #shot([, by, weapon, angle, distance, target]: Extract<SkirmishEvent, [kind: "shot", ...unknown[]]>): void {
    const shooter = this.#find(by);
    if (!shooter?.view?.seen || this.#isPredicted(shooter)) return;
    const heavy = weapon === LAUNCHER;
    this.#fire(shooter.view, angle, heavy);
    if (heavy) return;
    const { x, y } = shooter.fighter;
    const victim = target < 0 ? undefined : this.#find(target)?.view;
    this.#trace(
      shooter.view,
      angle,
      victim?.x ?? x + Math.cos(angle) * distance,
      victim?.y ?? y + Math.sin(angle) * distance,
      distance < RIFLE_RANGE,
      victim,
    );
  }

  #fire(view: FighterView, angle: number, heavy: boolean): void {
    const x = view.x + Math.cos(angle) * MUZZLE_METRES;
    const y = view.y + Math.sin(angle) * MUZZLE_METRES;
    view.recoil(heavy);
    this.#stage.arena.effects.muzzleFlash(x, y, angle, heavy);
    const distance = this.#distanceTo(x, y);
    if (heavy) this.#stage.sound.launcher(distance);
    else this.#stage.sound.rifle(distance);
  }

  /** From the barrel to where it lands; whoever is hit is hit where it is drawn. */
  #trace(
    shooter: FighterView,
    angle: number,
    toX: number,
    toY: number,
    landed: boolean,
    victim: FighterView | undefined,
  ): void {
    const { effects } = this.#stage.arena;
    const fromX = shooter.x + Math.cos(angle) * MUZZLE_METRES;
    const fromY = shooter.y + Math.sin(angle) * MUZZLE_METRES;
    // The barrel reaches into whatever stands right in front of it.
    const near = Math.hypot(toX - shooter.x, toY - shooter.y) <= MUZZLE_METRES;
    if (!near) effects.tracer(fromX, fromY, toX, toY, shooter.tint);
    if (!landed) return;
    const edge = victim ? FIGHTER_RADIUS * 0.8 : 0;
    effects.impact(toX - Math.cos(angle) * edge, toY - Math.sin(angle) * edge, angle, victim?.tint);
  }

  #hit(by: number, target: number, damage: number): void {
    const victim = this.#find(target);
    if (!victim?.view) return;
    const { arena, sound } = this.#stage;
    const shooter = this.#find(by);
    const mine = shooter !== undefined && this.#isOwn(shooter);
    const me = this.#isOwn(victim);
    victim.view.hurt();
    if (me) {
      arena.camera.shake(0.1 + damage / 220);
      sound.hurt();
      this.#stage.ownHurt(0.3 + damage / 120);
    }
    if (mine && !me) {
      const { x, y } = this.#stage.crosshair();
      arena.numbers.markHit(x, y, victim.fighter.health === 0);
      sound.hitConfirmed();
    }
    if ((mine && victim.view.seen) || me) {
      arena.numbers.show(damage, victim.view.x, victim.view.y - 0.5, me ? 0xff6a5a : 0xffe2a8, damage >= 34);
    }
  }

  #kill(by: number, victimSlot: number, weapon: number): void {
    const victim = this.#find(victimSlot);
    if (!victim) return;
    // Whoever falls to a shell of their own was killed by nobody.
    const killer = by === victimSlot ? undefined : this.#find(by);
    const { arena, sound, feed } = this.#stage;
    if (victim.view?.seen) {
      arena.effects.death(victim.view.x, victim.view.y, victim.view.tint);
      sound.death(this.#distanceTo(victim.view.x, victim.view.y));
    }
    feed.add(killer && this.#nameOf(killer), this.#nameOf(victim), weapon);
    if (this.#isOwn(victim)) {
      arena.camera.shake(0.4);
      this.#stage.ownHurt(1);
      this.#stage.ownDeath(killer?.fighter.name ?? "");
    } else if (killer && this.#isOwn(killer)) {
      sound.killConfirmed();
    }
  }

  #burst(x: number, y: number): void {
    const distance = this.#distanceTo(x, y);
    this.#stage.arena.effects.burst(x, y);
    this.#stage.sound.burst(distance);
    if (distance < 12) this.#stage.arena.camera.shake(0.34 * (1 - distance / 12));
  }

  #dash(slot: number): void {
    const party = this.#find(slot);
    if (!party?.view?.seen || this.#isPredicted(party)) return;
    this.#stage.arena.effects.dashStart(party.view.x, party.view.y, party.view.tint);
    this.#stage.sound.dash(this.#distanceTo(party.view.x, party.view.y));
  }

  #spawn(slot: number): void {
    const party = this.#find(slot);
    if (!party || !isInSight(party.fighter)) return;
    // The state came before its events, so the server's place is already the new one.
    this.#stage.arena.effects.spawn(party.fighter.x, party.fighter.y, party.view?.tint ?? 0xffffff);
  }

  #distanceTo(x: number, y: number): number {
    const { camera } = this.#stage.arena;
    return Math.hypot(x - camera.x, y - camera.y);
  }

  #own(): Party | undefined {
    const { arena } = this.#stage;
    const key = this.#stage.ownKey();
    const fighter = this.#stage.match().fighters.get(key);
    return fighter && { key, fighter, view: arena.findFighter(key) };
  }

  #isOwn(party: Party): boolean {
    return party.key === this.#stage.ownKey();
  }

  #isPredicted(party: Party): boolean {
    return this.#stage.predictsOwn && this.#isOwn(party);
  }

  #find(slot: number): Party | undefined {
    let found: Party | undefined;
    this.#stage.match().fighters.forEach((fighter, key) => {
      if (fighter.slot === slot) found = { key, fighter, view: this.#stage.arena.findFighter(key) };
    });
    return found;
  }

  #nameOf(party: Party): FeedName {
    const match = this.#stage.match();
    return {
      name: party.fighter.name,
      colour: fighterColour(fighterHue(sidesOf(match, this.#stage.ownKey()), party.fighter)),
      own: this.#isOwn(party),
    };
  }
}
