/**
 * Draws the moment of a playback with the scene of the live match: fighters and shells between two ticks, what happened
 * since the last frame, and what the followed fighter could not see. Effects go by match time: they stand while the
 * playback does, and a jump ends them.
 */
import type { ArenaMap } from "../../rooms/skirmish/shared/arena-map.ts";
import type { KillFeed } from "../hud/kill-feed.ts";
import { EventDirector } from "../match/event-director.ts";
import { fighterHue, sidesOf } from "../match/sides.ts";
import type { ArenaView } from "../scene/arena-view.ts";
import { CometTrails } from "../scene/comet-trails.ts";
import type { FighterLook, FighterView } from "../scene/fighter-view.ts";
import type { Sound } from "../sound.ts";
import { FogLayer } from "./fog-layer.ts";
import { MarksLayer } from "./marks-layer.ts";
import type { Playback, Pose } from "./playback.ts";
import type { LoggedShot, ShotLog } from "./shot-log.ts";
import { seesFighter, visibleArea } from "./sight.ts";

/** Where a hit is confirmed, metres before the followed fighter. */
const CROSSHAIR_METRES = 4;
const HIDDEN_LABEL_ALPHA = 0.45;

export interface StageParts {
  arena: ArenaView;
  map: ArenaMap;
  playback: Playback;
  shots: ShotLog;
  sound: Sound;
  feed: KillFeed;
}

export class ReplayStage {
  /** Through whose eyes; undefined: the camera is free. */
  followed: string | undefined;
  /** Darken what the followed fighter could not see. */
  xray = false;
  readonly #parts: StageParts;
  readonly #director: EventDirector;
  readonly #fog: FogLayer;
  readonly #marks = new MarksLayer();
  readonly #trails = new CometTrails();
  readonly #pose: Pose = { x: 0, y: 0, angle: 0 };
  /** One look, filled anew for every fighter. */
  readonly #look: FighterLook = {
    x: 0,
    y: 0,
    angle: 0,
    health: 0,
    weapon: 0,
    shielded: false,
    dashing: false,
    connected: true,
    skin: "",
  };
  #hidden = 0;

  constructor(parts: StageParts) {
    this.#parts = parts;
    const { arena, map, playback, sound, feed } = parts;
    this.#fog = new FogLayer(map);
    this.#fog.visible = false;
    arena.addLayer(this.#fog);
    arena.addLayer(this.#marks);
    this.#director = new EventDirector({
      match: () => playback.run.world,
      ownKey: () => this.followed ?? "",
      predictsOwn: false,
      arena,
      map,
      sound,
      feed,
      crosshair: () => this.#crosshair(),
      ownHurt: () => undefined,
      ownDeath: () => undefined,
    });
  }

  /** How many living fighters the followed one does not see. */
  get hidden(): number {
    return this.#hidden;
  }

  /** What happened in the tick that was just run. */
  playTick(): void {
    const { playback, shots } = this.#parts;
    this.#director.play(playback.run.events);
    const latest = this.followed === undefined ? undefined : shots.of(this.followed)[0];
    if (latest?.tick === playback.run.tick) this.#showRewind(latest);
  }

  /** What was drawn of another moment is gone. */
  jumped(): void {
    this.#parts.arena.clearEffects();
    this.#parts.feed.clear();
    this.#marks.clear();
  }

  /** @param seconds of the match that went by since the last frame. */
  draw(seconds: number): void {
    const { arena, playback } = this.#parts;
    const { world } = playback.run;
    const sides = sidesOf(world, this.followed ?? "");
    for (const [key, fighter] of world.fighters) {
      const own = key === this.followed;
      const view = arena.fighter(key, { hue: fighterHue(sides, fighter), name: fighter.name, own });
      this.#drawFighter(key, view, seconds);
    }
    arena.keepFighters((key) => world.fighters.has(key));
    for (const key of world.projectiles.keys()) {
      const { x, y, angle } = playback.shellAt(key, this.#pose);
      arena.shells.show(key, x, y, angle, arena.effects);
    }
    arena.shells.sweep();
    this.#drawSight();
    this.#marks.update(seconds);
    arena.render(seconds);
  }

  /** After the arena, which holds the layers. */
  freeTextures(): void {
    this.#fog.freeTextures();
  }

  #drawFighter(key: string, view: FighterView, seconds: number): void {
    const { arena, playback } = this.#parts;
    const { world } = playback.run;
    const fighter = world.fighters.get(key);
    if (!fighter) return;
    const look = this.#look;
    playback.fighterAt(key, look);
    look.health = fighter.health;
    look.weapon = fighter.weapon;
    look.shielded = world.tick < fighter.shieldUntil;
    look.dashing = fighter.dashTicks > 0;
    look.skin = fighter.skin;
    view.update(seconds, look, arena.camera);
    if (look.health > 0 && look.dashing && seconds > 0) arena.effects.dashTrail(look.x, look.y, view.tint);
    if (look.health > 0 && fighter.trail === "comet")
      this.#trails.follow(key, look.x, look.y, (x, y, wide) =>
        arena.effects.cometPoint(x, y, view.tint, wide),
      );
    else this.#trails.end(key);
  }

  #drawSight(): void {
    const { arena, map, playback } = this.#parts;
    const { fighters } = playback.run.world;
    const eyes = this.followed === undefined ? undefined : arena.findFighter(this.followed);
    const looking = this.xray && eyes?.alive === true;
    this.#fog.visible = looking;
    this.#hidden = 0;
    if (looking) this.#fog.show(visibleArea(map, eyes), eyes);
    for (const key of fighters.keys()) {
      const view = arena.findFighter(key);
      if (!view?.alive) continue;
      const unseen = looking && view !== eyes && !seesFighter(map, eyes, view);
      view.body.visible = !unseen;
      view.label.alpha = unseen ? HIDDEN_LABEL_ALPHA : 1;
      if (!unseen) continue;
      this.#hidden += 1;
      this.#marks.outline(key, view, view.tint);
    }
    this.#marks.endOutlines();
  }

  #showRewind({ hit }: LoggedShot): void {
    const { arena, playback } = this.#parts;
    if (!hit?.judgedAt) return;
    const now = playback.run.world.fighters.get(hit.key);
    const tint = arena.findFighter(hit.key)?.tint;
    if (now && tint !== undefined) this.#marks.showRewind(hit.judgedAt, now, tint);
  }

  #crosshair(): { x: number; y: number } {
    const { camera } = this.#parts.arena;
    const view = this.#parts.arena.findFighter(this.followed ?? "");
    const x = (view?.x ?? camera.x) + Math.cos(view?.angle ?? 0) * CROSSHAIR_METRES;
    const y = (view?.y ?? camera.y) + Math.sin(view?.angle ?? 0) * CROSSHAIR_METRES;
    return { x: camera.screenX(x), y: camera.screenY(y) };
  }
}
