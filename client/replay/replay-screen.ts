/**
 * A recorded match on screen: joins playback, picture, controls and numbers, and runs the one frame loop. A frame, in
 * order: look ahead a little (the scan), play on, move the camera, draw, write the panels. It ends by `destroy`, and by
 * itself when it was taken off the page.
 */
import type { Point } from "../../rooms/skirmish/shared/arena-map.ts";
import { FIGHTER_RADIUS } from "../../rooms/skirmish/shared/constants.ts";
import type { Rerun } from "../../rooms/skirmish/shared/rerun.ts";
import { element } from "../dom.ts";
import { KillFeed } from "../hud/kill-feed.ts";
import { nextFollowed } from "../match/followed.ts";
import { sidesOf } from "../match/sides.ts";
import { ArenaView } from "../scene/arena-view.ts";
import { Sound } from "../sound.ts";
import { CameraRig } from "./camera-rig.ts";
import { FollowedPanel } from "./followed-panel.ts";
import { MatchScan, nextKill } from "./match-scan.ts";
import { nextSpeed, Playback } from "./playback.ts";
import type { ReplayCommand } from "./replay-commands.ts";
import { listenToKeys } from "./replay-keys.ts";
import type { OpenedMatch } from "./replay-source.ts";
import { ReplayStage } from "./replay-stage.ts";
import { RosterPanel } from "./roster-panel.ts";
import { ShotLog } from "./shot-log.ts";
import { Timeline } from "./timeline.ts";
import { TitleBar } from "./title-bar.ts";
import { TransportBar } from "./transport-bar.ts";

const PANELS_INTERVAL_MS = 100;
/** Longer frames (a tab that slept) are cut, so that nothing jumps. */
const LONGEST_FRAME = 0.1;
const SCAN_MS = 6;
const SECONDS_A_KEY = 5;
/** A kill is shown from a little before it, seconds. */
const BEFORE_KILL = 1.5;
/** Beside a fighter is near enough for a click. */
const CLICK_METRES = FIGHTER_RADIUS * 2.4;

export interface ReplayScreenOptions {
  match: OpenedMatch;
  cameraShake: boolean;
  onLeave: () => void;
  /** The viewer wants to see a file. */
  onPickFile: () => void;
}

/** What there is when the renderer has begun. */
interface ReplayParts {
  root: HTMLElement;
  surface: HTMLElement;
  arena: ArenaView;
  run: Rerun;
}

export class ReplayScreen {
  readonly root: HTMLElement;
  readonly #arena: ArenaView;
  readonly #scan: MatchScan;
  readonly #playback: Playback;
  readonly #shots = new ShotLog();
  readonly #sound = new Sound();
  readonly #feed = new KillFeed();
  readonly #stage: ReplayStage;
  readonly #rig: CameraRig;
  readonly #timeline: Timeline;
  readonly #transport: TransportBar;
  readonly #roster = new RosterPanel((key) => this.#follow(key === this.#stage.followed ? undefined : key));
  readonly #followed = new FollowedPanel();
  readonly #title: TitleBar;
  readonly #listeners = new AbortController();
  readonly #followedAt = { x: 0, y: 0, angle: 0 };
  /** The viewer holds the head of the timeline. */
  #holding = false;
  /** Match seconds that went by outside of the frame loop: a tick that was stepped. */
  #stepped = 0;
  #panelsDue = true;
  #frame = 0;
  #lastFrame = performance.now();
  #lastPanels = 0;
  #destroyed = false;

  static async open(parent: HTMLElement, options: ReplayScreenOptions): Promise<ReplayScreen> {
    const run = options.match.openRun();
    const surface = element("div", { className: "arena replay-arena", testId: "replay-arena" });
    const root = element("div", { className: "match replay" }, surface);
    parent.replaceChildren(root);
    const arena = await ArenaView.open(surface, run.map);
    return new ReplayScreen({ root, surface, arena, run }, options);
  }

  private constructor(
    { root, surface, arena, run }: ReplayParts,
    { match, cameraShake, onLeave, onPickFile }: ReplayScreenOptions,
  ) {
    this.root = root;
    this.#arena = arena;
    arena.camera.mayShake = cameraShake;
    this.#scan = new MatchScan(match.openRun());
    this.#playback = new Playback({
      run,
      snapshotBefore: (tick, runUp) => this.#scan.snapshotBefore(tick, runUp),
      onTick: (passing) => this.#onTick(passing),
      onRestore: () => this.#shots.clear(),
    });
    this.#stage = new ReplayStage({
      arena,
      map: run.map,
      playback: this.#playback,
      shots: this.#shots,
      sound: this.#sound,
      feed: this.#feed,
    });
    this.#timeline = new Timeline({
      ticks: run.ticks,
      tickRate: run.tickRate,
      onHold: (holding) => {
        this.#holding = holding;
      },
      onSeek: (tick) => this.#seek(tick),
    });
    this.#transport = new TransportBar({
      timeline: this.#timeline,
      act: (command) => this.#act(command),
      setSpeed: (speed) => {
        this.#playback.speed = speed;
        this.#panelsDue = true;
      },
    });
    this.#title = new TitleBar({
      match,
      ticks: run.ticks,
      sound: this.#sound,
      onLeave,
      onPickFile,
      onToggleSound: () => this.#act({ kind: "sound" }),
    });
    const { signal } = this.#listeners;
    this.#rig = new CameraRig({
      surface,
      camera: arena.camera,
      map: run.map,
      onFree: () => this.#follow(undefined),
      onClick: (at) => this.#followAt(at),
      signal,
    });
    root.append(
      this.#title.root,
      this.#feed.root,
      this.#roster.root,
      this.#followed.root,
      this.#transport.root,
    );
    listenToKeys((command) => this.#act(command), signal);
    // A button that was clicked does not keep the keys: the space bar plays, whatever was clicked last.
    root.addEventListener(
      "click",
      ({ detail }) => {
        const { activeElement } = document;
        if (detail > 0 && activeElement instanceof HTMLButtonElement) activeElement.blur();
      },
      { signal },
    );
    this.#roster.update(run.world, undefined);
    this.#follow(this.#roster.order[0]);
    this.#playback.play();
    this.#frame = requestAnimationFrame((now) => this.#run(now));
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    cancelAnimationFrame(this.#frame);
    this.#listeners.abort();
    this.#sound.destroy();
    this.#title.destroy();
    this.#arena.destroy();
    this.#stage.freeTextures();
    this.root.remove();
  }

  #run(now: number): void {
    if (!this.root.isConnected) {
      this.destroy();
      return;
    }
    this.#frame = requestAnimationFrame((next) => this.#run(next));
    const seconds = Math.min(LONGEST_FRAME, Math.max(0, (now - this.#lastFrame) / 1000));
    this.#lastFrame = now;
    if (!this.#scan.done) {
      const until = performance.now() + SCAN_MS;
      this.#scan.advance(() => performance.now() >= until);
      if (this.#scan.done) this.#playback.endAt(this.#scan.end);
      this.#panelsDue = true;
    }
    const matchSeconds = (this.#holding ? 0 : this.#playback.advance(seconds)) + this.#stepped;
    this.#stepped = 0;
    this.#rig.update(seconds, this.#followedPlace());
    this.#stage.draw(matchSeconds);
    this.#timeline.show(this.#playback.at);
    if (!this.#panelsDue && now - this.#lastPanels < PANELS_INTERVAL_MS) return;
    this.#lastPanels = now;
    this.#panelsDue = false;
    this.#writePanels();
  }

  #onTick(passing: boolean): void {
    this.#shots.note(this.#playback.run, (key, tick) => this.#playback.stoodAt(key, tick));
    if (!passing) this.#stage.playTick();
  }

  #act(command: ReplayCommand): void {
    const playback = this.#playback;
    this.#panelsDue = true;
    switch (command.kind) {
      case "toggle":
        if (playback.playing) return playback.pause();
        if (playback.atEnd) this.#stage.jumped();
        return playback.play();
      case "start":
        return this.#seek(0);
      case "end":
        return this.#seek(playback.end);
      case "seconds":
        return this.#seek(playback.at + command.by * SECONDS_A_KEY * playback.run.tickRate);
      case "tick":
        if (command.by < 0) this.#stage.jumped();
        this.#stepped += playback.step(command.by);
        return;
      case "kill":
        return this.#seekKill(command.by);
      case "follow":
        return this.#follow(nextFollowed(this.#roster.order, this.#stage.followed, command.by));
      case "speed":
        playback.speed = nextSpeed(playback.speed, command.by);
        return;
      case "xray":
        if (this.#stage.followed !== undefined) this.#stage.xray = !this.#stage.xray;
        return;
      case "free":
        return this.#follow(this.#stage.followed === undefined ? this.#roster.order[0] : undefined);
      default:
        this.#sound.toggleMuted();
        this.#title.showSound();
    }
  }

  #seek(at: number): void {
    this.#playback.seek(at);
    this.#stage.jumped();
    this.#panelsDue = true;
    const place = this.#followedPlace();
    if (place) this.#rig.jumpTo(place);
  }

  /** Before the kill after, or before, the one that is shown. */
  #seekKill(by: 1 | -1): void {
    const { at, run, playing } = this.#playback;
    const before = BEFORE_KILL * run.tickRate;
    // What was just gone to lies ahead by now, and while it plays the one before is a little behind.
    const shown = at + before + (by < 0 && playing ? -run.tickRate : 0);
    const kill = nextKill(this.#scan.kills, shown + by, by);
    if (kill) this.#seek(kill.tick - before);
    else if (by < 0) this.#seek(0);
  }

  #follow(key: string | undefined): void {
    if (key === this.#stage.followed && key !== undefined) return;
    this.#stage.followed = key;
    this.#roster.reveal(key);
    this.#timeline.follow(key, sidesOf(this.#playback.run.world, key ?? ""));
    const place = this.#followedPlace();
    if (place) this.#rig.jumpTo(place);
    this.#panelsDue = true;
  }

  /** @param at where the picture was clicked, metres. */
  #followAt(at: Point): void {
    const near = [...this.#playback.run.world.fighters.keys()]
      .map((key) => ({ key, view: this.#arena.findFighter(key) }))
      .filter(({ view }) => view?.alive)
      .map(({ key, view }) => ({ key, far: Math.hypot((view?.x ?? 0) - at.x, (view?.y ?? 0) - at.y) }))
      .toSorted((one, other) => one.far - other.far)[0];
    if (near && near.far < CLICK_METRES) this.#follow(near.key);
  }

  #followedPlace(): Point | undefined {
    const { followed } = this.#stage;
    if (followed === undefined || !this.#playback.run.world.fighters.has(followed)) return undefined;
    return this.#playback.fighterAt(followed, this.#followedAt);
  }

  /** The picture's middle is what the panels leave free. */
  #coverCamera(): void {
    const { width, height } = this.root.getBoundingClientRect();
    const title = this.#title.root.getBoundingClientRect();
    const roster = this.#roster.root.getBoundingClientRect();
    const transport = this.#transport.root.getBoundingClientRect();
    const followed = this.#followed.root.getBoundingClientRect();
    // On a narrow screen the lists lie below each other, and otherwise at both sides.
    const stacked = roster.top > height / 2;
    // The same at both sides, whether somebody is followed or not: the picture does not move aside.
    const side = stacked ? 0 : Math.max(roster.right, width - (followed.left || width));
    this.#arena.camera.covered = {
      left: side,
      right: side,
      top: stacked ? Math.max(title.bottom, followed.bottom) : title.bottom,
      bottom: height - (stacked ? roster : transport).top,
    };
  }

  #writePanels(): void {
    const { run, playing, at, end, speed } = this.#playback;
    const { followed, xray, hidden } = this.#stage;
    this.#roster.update(run.world, followed);
    this.#followed.update({ run, shots: this.#shots, followed, xray, hidden });
    this.#transport.show({ playing, at, end, tickRate: run.tickRate, speed, followed, xray });
    this.#timeline.showScan(this.#scan);
    this.#title.update(run.world, this.#scan);
    this.#coverCamera();
  }
}
