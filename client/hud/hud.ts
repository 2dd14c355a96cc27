/** Everything over the arena while a match runs. Texts are written when they change; `update` is called ten times a second. */

import {
  DASH_COOLDOWN_TICKS,
  LAUNCHER,
  LAUNCHER_COOLDOWN_TICKS,
  RIFLE_COOLDOWN_TICKS,
  TICK_RATE,
} from "../../rooms/skirmish/shared/constants.ts";
import { rankFighters } from "../../rooms/skirmish/shared/standings.ts";
import { button, element, setText } from "../dom.ts";
import type { MatchConnection } from "../net/match-connection.ts";
import { fighterColour } from "../scene/palette.ts";
import { KillFeed } from "./kill-feed.ts";
import { StandingTable } from "./standing-table.ts";

export interface HudActions {
  leave: () => void;
  toggleSound: () => void;
}

export class Hud {
  readonly root: HTMLElement;
  readonly feed = new KillFeed();
  readonly soundButton: HTMLButtonElement;
  readonly #ownScore = element("b", { className: "score-own", testId: "score", text: "0" });
  readonly #timer = element("span", { className: "timer", testId: "timer", text: "–:––" });
  readonly #leaderName = element("span", { className: "leader-name" });
  readonly #leaderScore = element("b", { className: "score-leader" });
  readonly #ping = element("span", { testId: "ping" });
  readonly #tick = element("span", { testId: "tick" });
  readonly #health = element("div", { className: "vital-fill health-fill" });
  readonly #healthText = element("b", { className: "vital-number", text: "100" });
  readonly #weaponName = element("span", { className: "weapon-name" });
  readonly #reload = element("div", { className: "vital-fill reload-fill" });
  readonly #dash = element("div", { className: "vital-fill dash-fill" });
  readonly #dashLabel = element("span", { className: "vital-label", text: "Dash" });
  readonly #banner = element("div", { className: "banner", testId: "banner" });
  readonly #bannerNote = element("small");
  readonly #bannerText = element("span");
  readonly #respawn = element("div", { className: "respawn" });
  readonly #vignette = element("div", { className: "vignette" });
  readonly #table = new StandingTable();
  readonly #scoreboard = element("section", { className: "scoreboard panel", testId: "scoreboard" });
  #pain = 0;

  constructor(actions: HudActions) {
    this.soundButton = button("♪", { className: "icon-button" }, actions.toggleSound);
    this.soundButton.title = "Sound on or off (M)";
    const leave = button("✕", { className: "icon-button", testId: "leave" }, actions.leave);
    leave.title = "Leave the match";
    this.#banner.append(this.#bannerText, this.#bannerNote);
    this.#scoreboard.append(element("h2", { text: "Standings" }), this.#table.root);
    this.#scoreboard.hidden = true;
    this.#respawn.hidden = true;
    this.root = element(
      "div",
      { className: "hud" },
      this.#vignette,
      element(
        "div",
        { className: "hud-corner" },
        leave,
        this.soundButton,
        element("div", { className: "readout" }, this.#ping, this.#tick),
      ),
      element(
        "div",
        { className: "hud-top" },
        element(
          "div",
          { className: "score-box score-box-own" },
          element("span", { text: "You" }),
          this.#ownScore,
        ),
        this.#timer,
        element("div", { className: "score-box" }, this.#leaderScore, this.#leaderName),
      ),
      this.feed.root,
      this.#banner,
      this.#respawn,
      this.#vitals(),
      this.#scoreboard,
    );
  }

  showScoreboard(shown: boolean): void {
    this.#scoreboard.hidden = !shown;
  }

  /** @param strength 0–1. */
  hurt(strength: number): void {
    this.#pain = Math.min(1, this.#pain + strength);
  }

  /** Every frame: only what moves. */
  animate(dt: number): void {
    this.#pain *= Math.exp(-dt * 3.2);
    if (this.#pain < 0.02) {
      if (this.#pain > 0) this.#vignette.style.opacity = "0";
      this.#pain = 0;
      return;
    }
    this.#vignette.style.opacity = this.#pain.toFixed(2);
  }

  showBanner(text: string, note = ""): void {
    setText(this.#bannerText, text);
    setText(this.#bannerNote, note);
    this.#banner.classList.toggle("banner-shown", text !== "");
  }

  /** @param killer undefined while alive. */
  showRespawn(killer: string | undefined, ticks: number): void {
    this.#respawn.hidden = killer === undefined;
    if (killer === undefined) return;
    const seconds = (ticks / TICK_RATE).toFixed(1);
    setText(
      this.#respawn,
      `${killer === "" ? "You went down" : `Taken out by ${killer}`} · back in ${seconds} s`,
    );
  }

  update(connection: MatchConnection): void {
    const { state, self } = connection;
    this.#showTime(state.phase, state.secondsLeft);
    this.#showScores(connection);
    setText(this.#ping, `${connection.pingMs} ms`);
    setText(this.#tick, `tick ${state.tick}`);
    const body = connection.predictedSelf;
    if (self && body) {
      setText(this.#healthText, String(self.health));
      this.#health.style.transform = `scaleX(${self.health / 100})`;
      this.#health.classList.toggle("vital-low", self.health <= 34);
      const heavy = body.weapon === LAUNCHER;
      setText(this.#weaponName, heavy ? "Launcher" : "Rifle");
      const reload = heavy ? LAUNCHER_COOLDOWN_TICKS : RIFLE_COOLDOWN_TICKS;
      this.#reload.style.transform = `scaleX(${Math.max(0, 1 - body.weaponCooldown / reload).toFixed(2)})`;
      const ready = 1 - body.dashCooldown / DASH_COOLDOWN_TICKS;
      this.#dash.style.transform = `scaleX(${Math.max(0, ready).toFixed(2)})`;
      this.#dashLabel.classList.toggle("vital-ready", ready >= 1);
    }
    if (!this.#scoreboard.hidden) this.#table.update(state, connection.room.sessionId);
  }

  #showTime(phase: string, seconds: number): void {
    const minutes = Math.floor(seconds / 60);
    const text = phase === "waiting" ? "–:––" : `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
    setText(this.#timer, text);
    this.#timer.classList.toggle("timer-low", phase === "live" && seconds <= 10);
  }

  #showScores(connection: MatchConnection): void {
    const { state, self } = connection;
    setText(this.#ownScore, String(self?.score ?? 0));
    const best = rankFighters(state.fighters)[0];
    if (!best) return;
    const own = best.key === connection.room.sessionId;
    setText(this.#leaderScore, String(best.fighter.score));
    setText(this.#leaderName, own ? "You lead" : best.fighter.name);
    this.#leaderName.style.color = fighterColour(best.fighter.slot);
  }

  #vitals(): HTMLElement {
    const health = element(
      "div",
      { className: "vital vital-health" },
      element("span", { className: "vital-label", text: "Health" }),
      element("div", { className: "vital-bar" }, this.#health),
      this.#healthText,
    );
    const weapon = element(
      "div",
      { className: "vital vital-weapon" },
      this.#weaponName,
      element("div", { className: "vital-bar" }, this.#reload),
      element("div", { className: "vital-bar vital-bar-thin" }, this.#dash),
      this.#dashLabel,
    );
    return element("div", { className: "hud-bottom" }, health, weapon);
  }
}
