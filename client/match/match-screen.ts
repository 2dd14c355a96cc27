/**
 * A match on screen: joins connection, picture, controls, HUD and sound, and runs the one frame loop. A frame, in
 * order: aim, predict and send, move the views, draw, write the HUD.
 */
import { type ArenaMap, loadMap } from "../../rooms/skirmish/shared/arena-map.ts";
import { isInSight } from "../../rooms/skirmish/shared/in-sight.ts";
import foundry from "../../rooms/skirmish/shared/maps/foundry.json" with { type: "json" };
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import { element, setPagePhase } from "../dom.ts";
import { ConnectionOverlay } from "../hud/connection-overlay.ts";
import { EndScreen } from "../hud/end-screen.ts";
import { Hud } from "../hud/hud.ts";
import type { Progress } from "../hud/level-climb.ts";
import { NetworkPanel } from "../hud/network-panel.ts";
import { TeamScreen } from "../hud/team-screen.ts";
import { ControlState } from "../input/control-state.ts";
import { KeyboardMouse } from "../input/keyboard-mouse.ts";
import { TouchSticks } from "../input/touch-sticks.ts";
import { describeLeave } from "../net/leave-reason.ts";
import { MatchConnection } from "../net/match-connection.ts";
import type { MatchEntry } from "../net/match-entry.ts";
import { FogLayer } from "../replay/fog-layer.ts";
import { visibleArea } from "../replay/sight.ts";
import { ArenaView } from "../scene/arena-view.ts";
import { CometTrails } from "../scene/comet-trails.ts";
import type { FighterLook } from "../scene/fighter-view.ts";
import type { Account } from "../session/account.ts";
import { Sound } from "../sound.ts";
import { VoicePanel } from "../voice/voice-panel.ts";
import { EventDirector } from "./event-director.ts";
import { OwnSight } from "./own-sight.ts";
import { PhaseWatch } from "./phase-watch.ts";
import { fighterHue, sidesOf } from "./sides.ts";
import { Spectator } from "./spectator.ts";

const HUD_INTERVAL_MS = 100;
/** For the browser to paint before the renderer keeps the page busy. */
const PAINT_MS = 40;
/** Longer frames (a tab that slept) are cut, so that effects do not jump. */
const LONGEST_FRAME = 0.1;
const TOUCH_LOOK_METRES = 2.4;
const MOUSE_LOOK_SHARE = 0.24;
/** Over what the own eyes do not see: walls and ways stay readable. */
const LIVE_DARKNESS = 0.34;

export interface MatchScreenOptions {
  account: Account;
  token: string;
  entry: MatchEntry;
  /** Names of each team, where the match was made for its players. */
  expected?: readonly (readonly string[])[] | undefined;
  /** Where leaving leads, on the end screen's button. */
  leaveText: string;
  progress: Progress;
  cameraShake: boolean;
  /** The player chose to leave. */
  onLeave: () => void;
  /** The seat is gone, with the close code. */
  onLost: (code: number) => void;
}

/** What there is when the renderer has begun. */
interface MatchStage {
  root: HTMLElement;
  surface: HTMLElement;
  connection: MatchConnection;
  arena: ArenaView;
  map: ArenaMap;
  teams: TeamScreen;
}

export class MatchScreen {
  readonly root: HTMLElement;
  readonly #connection: MatchConnection;
  readonly #arena: ArenaView;
  readonly #controls = new ControlState();
  readonly #mouse: KeyboardMouse;
  readonly #touch: TouchSticks;
  readonly #hud: Hud;
  readonly #end: EndScreen;
  readonly #overlay = new ConnectionOverlay();
  readonly #network = new NetworkPanel((open) =>
    this.#hud.networkButton.setAttribute("aria-expanded", String(open)),
  );
  readonly #sound = new Sound();
  readonly #voice: VoicePanel;
  readonly #phases: PhaseWatch;
  readonly #trails = new CometTrails();
  readonly #map: ArenaMap;
  readonly #sight: OwnSight;
  readonly #fog: FogLayer;
  readonly #teams: TeamScreen;
  readonly #options: MatchScreenOptions;
  readonly #spectator: Spectator;
  readonly #listeners = new AbortController();
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
  #killer: string | undefined;
  #frame = 0;
  #lastFrame = 0;
  #lastHud = 0;

  /** @throws whatever the join was refused with. */
  static async open(parent: HTMLElement, options: MatchScreenOptions): Promise<MatchScreen> {
    const map = loadMap(foundry);
    const connection = await MatchConnection.join(location.origin, options.token, map, options.entry);
    const surface = element("div", { className: "arena" });
    const teams = new TeamScreen(options.expected ?? []);
    const loading = element("div", { className: "match-loading" }, element("div", { className: "spinner" }));
    const root = element("div", { className: "match" }, surface, loading, teams.root);
    parent.replaceChildren(root);
    const { state, room } = connection;
    // The renderer takes a while to begin, and the countdown does not wait for it.
    const introduce = (): void => teams.update(state, room.sessionId, isIntroduced(state, options));
    introduce();
    const timer = setInterval(introduce, HUD_INTERVAL_MS);
    try {
      await new Promise((resolve) => setTimeout(resolve, PAINT_MS));
      const arena = await ArenaView.open(surface, map);
      if (connection.closedWith !== undefined) {
        arena.destroy();
        throw new Error(describeLeave(connection.closedWith));
      }
      return new MatchScreen({ root, surface, connection, arena, map, teams }, options);
    } catch (error) {
      await connection.leave();
      throw error;
    } finally {
      clearInterval(timer);
      loading.remove();
    }
  }

  private constructor(
    { root, surface, connection, arena, map, teams }: MatchStage,
    options: MatchScreenOptions,
  ) {
    this.root = root;
    this.#connection = connection;
    this.#voice = new VoicePanel(connection.room);
    this.#arena = arena;
    this.#map = map;
    this.#sight = new OwnSight(map);
    this.#fog = new FogLayer(map, LIVE_DARKNESS);
    this.#fog.visible = false;
    arena.addShade(this.#fog);
    this.#mouse = new KeyboardMouse(surface, this.#controls);
    this.#touch = new TouchSticks(surface, this.#controls);
    this.#hud = new Hud({
      leave: options.onLeave,
      toggleSound: () => this.#toggleSound(),
      toggleNetwork: () => this.#network.toggle(),
    });
    this.#end = new EndScreen({
      account: options.account,
      before: options.progress,
      closes: options.expected !== undefined,
      leaveText: options.leaveText,
      onLeave: options.onLeave,
      onRematch: () => connection.askRematch(),
    });
    this.#teams = teams;
    this.#options = options;
    this.#spectator = new Spectator(surface);
    this.#phases = new PhaseWatch(this.#hud, this.#end, this.#sound);
    root.append(
      this.#hud.root,
      this.#touch.root,
      this.#spectator.root,
      this.#teams.root,
      this.#end.root,
      this.#end.notice,
      this.#overlay.root,
      this.#network.root,
      this.#voice.root,
    );
    const director = new EventDirector({
      match: () => connection.state,
      ownKey: () => connection.room.sessionId,
      predictsOwn: true,
      arena,
      map,
      sound: this.#sound,
      feed: this.#hud.feed,
      crosshair: () => this.#crosshair(),
      ownHurt: (strength) => this.#hud.hurt(strength),
      ownDeath: (killer) => {
        this.#killer = killer;
      },
    });
    connection.listeners = {
      events: (events) => director.play(events),
      saving: (message) => this.#end.saving(message, connection.state.matchId),
      saved: (message) => this.#end.saved(message, connection.state.matchId),
      saveFailed: (message) => this.#end.saveFailed(message, connection.state.matchId),
      rematchVotes: (votes) => this.#end.rematchVotes(votes),
      draining: () => this.#end.draining(),
      ownShot: (body) => director.ownShot(body),
      ownDash: () => {
        this.#controls.dashed();
        director.ownDash();
      },
      dropped: (attempt) => this.#overlay.show(attempt),
      reconnected: () => this.#overlay.hide(),
      left: options.onLost,
    };
    arena.camera.mayShake = options.cameraShake;
    this.#listenToKeys();
    this.#showSound();
    const { self } = connection;
    if (self) arena.camera.jumpTo(self.x, self.y);
    this.#frame = requestAnimationFrame((now) => this.#run(now));
  }

  async leave(): Promise<void> {
    this.destroy();
    await this.#connection.leave();
  }

  /** Frees everything the screen made; the connection is left as it is. */
  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#connection.listeners = undefined;
    this.#listeners.abort();
    this.#mouse.destroy();
    this.#touch.destroy();
    this.#spectator.destroy();
    this.#sound.destroy();
    this.#voice.destroy();
    this.#end.destroy();
    this.#arena.destroy();
    this.#fog.freeTextures();
    this.root.remove();
  }

  #run(now: number): void {
    this.#frame = requestAnimationFrame((next) => this.#run(next));
    const dt = Math.min(LONGEST_FRAME, Math.max(0, (now - this.#lastFrame) / 1000));
    this.#lastFrame = now;
    this.#aim();
    this.#connection.pump(now, this.#controls);
    this.#moveFighters(dt);
    this.#moveShells(now);
    this.#moveCamera(dt);
    this.#arena.render(dt);
    this.#hud.animate(dt);
    this.#network.countFrame(now, this.#connection);
    if (now - this.#lastHud < HUD_INTERVAL_MS) return;
    this.#lastHud = now;
    this.#writeHud();
  }

  /** The mouse aims from where the own fighter is drawn. */
  #aim(): void {
    const { pointer } = this.#mouse;
    const view = this.#arena.findFighter(this.#connection.room.sessionId);
    if (this.#touch.active || !pointer || !view) return;
    const { camera } = this.#arena;
    this.#controls.aim = Math.atan2(pointer.y - camera.screenY(view.y), pointer.x - camera.screenX(view.x));
  }

  #moveFighters(dt: number): void {
    const { state, room, prediction } = this.#connection;
    const arena = this.#arena;
    const look = this.#look;
    const sides = sidesOf(state, room.sessionId);
    this.#sight.update(state, room.sessionId, prediction);
    state.fighters.forEach((fighter, key) => {
      const own = key === room.sessionId;
      const view = arena.fighter(key, { hue: fighterHue(sides, fighter), name: fighter.name, own });
      if (!isInSight(fighter)) {
        view.updateUnknown(dt, arena.camera);
        this.#trails.end(key);
        return;
      }
      const predicted = own ? prediction.predictedSelf : undefined;
      look.x = prediction.drawn(fighter, "x");
      look.y = prediction.drawn(fighter, "y");
      // The own aim is the hand's, this very frame.
      look.angle = own ? this.#controls.aim : prediction.drawn(fighter, "angle");
      look.health = fighter.health;
      look.weapon = predicted?.weapon ?? fighter.weapon;
      look.shielded = state.tick < fighter.shieldUntil;
      look.dashing = (predicted?.dashTicks ?? fighter.dashTicks) > 0;
      look.connected = fighter.connected;
      look.skin = fighter.skin;
      look.hidden = !this.#sight.sees(state, fighter, look);
      view.update(dt, look, arena.camera);
      if (look.dashing && view.alive) arena.effects.dashTrail(look.x, look.y, view.tint);
      if (fighter.trail === "comet" && view.alive)
        this.#trails.follow(key, look.x, look.y, (x, y, wide) =>
          arena.effects.cometPoint(x, y, view.tint, wide),
        );
      else this.#trails.end(key);
    });
    arena.keepFighters((key) => state.fighters.has(key));
    const { eye } = this.#sight;
    this.#fog.visible = eye !== undefined && state.phase !== "over";
    if (eye && this.#fog.visible) this.#fog.show(visibleArea(this.#map, eye), eye);
  }

  #moveShells(now: number): void {
    const { shells, effects } = this.#arena;
    this.#connection.prediction.drawShells(now, ({ key, x, y, angle }) =>
      shells.show(key, x, y, angle, effects),
    );
    shells.sweep();
  }

  #moveCamera(dt: number): void {
    const { camera } = this.#arena;
    const { state, room } = this.#connection;
    this.#spectator.update(state, room.sessionId);
    const { followed } = this.#spectator;
    const view = this.#arena.findFighter(followed ?? room.sessionId);
    if (!view) return;
    let lookX = 0;
    let lookY = 0;
    const { pointer } = this.#mouse;
    if (followed !== undefined) {
      camera.update(dt, view.x, view.y, 0, 0);
      return;
    }
    camera.playedByTouch = this.#touch.active;
    if (this.#touch.active) {
      lookX = Math.cos(this.#controls.aim) * TOUCH_LOOK_METRES;
      lookY = Math.sin(this.#controls.aim) * TOUCH_LOOK_METRES;
    } else if (pointer) {
      lookX = ((pointer.x - camera.width / 2) / camera.zoom) * MOUSE_LOOK_SHARE;
      lookY = ((pointer.y - camera.height / 2) / camera.zoom) * MOUSE_LOOK_SHARE;
    }
    camera.update(dt, view.x, view.y, lookX, lookY);
  }

  #writeHud(): void {
    const connection = this.#connection;
    const { state, self } = connection;
    document.body.dataset["lane"] = connection.lane.state;
    setPagePhase(this.#overlay.shown ? "reconnecting" : state.phase);
    this.#hud.update(connection, this.#spectator.followed);
    this.#teams.update(state, connection.room.sessionId, isIntroduced(state, this.#options));
    this.#phases.update(state, connection.room.sessionId, this.#teams.shown);
    this.#end.update(state, connection.room.sessionId);
    const down = self !== undefined && self.health === 0 && state.phase !== "over";
    if (!down) this.#killer = undefined;
    this.#hud.showRespawn(
      down ? (this.#killer ?? "") : undefined,
      Math.max(0, (self?.respawnAt ?? 0) - state.tick),
    );
    this.#network.update(connection);
    this.#voice.update(state);
  }

  #crosshair(): { x: number; y: number } {
    const { pointer } = this.#mouse;
    const { camera } = this.#arena;
    if (!this.#touch.active && pointer) return pointer;
    const view = this.#arena.findFighter(this.#connection.room.sessionId);
    const x = (view?.x ?? camera.x) + Math.cos(this.#controls.aim) * 4;
    const y = (view?.y ?? camera.y) + Math.sin(this.#controls.aim) * 4;
    return { x: camera.screenX(x), y: camera.screenY(y) };
  }

  #listenToKeys(): void {
    const { signal } = this.#listeners;
    const handle = (event: KeyboardEvent): void => {
      const down = event.type === "keydown";
      if (event.code === "Tab") {
        event.preventDefault();
        this.#hud.showScoreboard(down);
      } else if (down && event.code === "F3") {
        event.preventDefault();
        this.#network.toggle();
      } else if (down && event.code === "KeyM" && !event.repeat) {
        this.#toggleSound();
      }
    };
    window.addEventListener("keydown", handle, { signal });
    window.addEventListener("keyup", handle, { signal });
    window.addEventListener("blur", () => this.#hud.showScoreboard(false), { signal });
  }

  #toggleSound(): void {
    this.#sound.toggleMuted();
    this.#showSound();
  }

  #showSound(): void {
    this.#hud.soundButton.classList.toggle("icon-off", this.#sound.muted);
    this.#hud.soundButton.setAttribute("aria-pressed", String(!this.#sound.muted));
  }
}

/** A match that was made for its players introduces them; team matches do so always. */
function isIntroduced({ mode }: SkirmishState, { expected }: MatchScreenOptions): boolean {
  return expected !== undefined || mode === "teams";
}
