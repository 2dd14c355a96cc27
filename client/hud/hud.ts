/** Everything over the arena while a match runs. Texts are written when they change; `update` is called ten times a second. */

import {
  DASH_COOLDOWN_TICKS,
  LAUNCHER,
  LAUNCHER_COOLDOWN_TICKS,
  RIFLE_COOLDOWN_TICKS,
  TICK_RATE,
} from "../../rooms/skirmish/shared/constants.ts";
import { button, element, setText } from "../dom.ts";
import type { MatchConnection } from "../net/match-connection.ts";
import { KillFeed } from "./kill-feed.ts";
import { StandingTable } from "./standing-table.ts";
import { TopScores } from "./top-scores.ts";

export interface HudActions {
  leave: () => void;
  toggleSound: () => void;
  toggleNetwork: () => void;
}

export class Hud {
  readonly root: HTMLElement;
  readonly feed = new KillFeed();
  readonly soundButton: HTMLButtonElement;
  readonly networkButton: HTMLButtonElement;
  readonly #scores = new TopScores();
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
  readonly #bottom: HTMLElement;
  #pain = 0;

  constructor(actions: HudActions) {
    this.soundButton = button("♪", { className: "icon-button" }, actions.toggleSound);
    this.soundButton.title = "Sound on or off (M)";
    const leave = button("✕", { className: "icon-button", testId: "leave" }, actions.leave);
    leave.title = "Leave the match";
    this.networkButton = button(
      "",
      { className: "readout", testId: "network-toggle" },
      actions.toggleNetwork,
    );
    this.networkButton.title = "How the network is doing (F3)";
    this.networkButton.ariaExpanded = "false";
    this.networkButton.append(this.#ping, this.#tick);
    this.#banner.append(this.#bannerText, this.#bannerNote);
    this.#scoreboard.append(element("h2", { text: "Standings" }), this.#table.root);
    this.#scoreboard.hidden = true;
    this.#respawn.hidden = true;
    this.#bottom = this.#vitals();
    this.root = element(
      "div",
      { className: "hud" },
      this.#vignette,
      element("div", { className: "hud-corner" }, leave, this.soundButton, this.networkButton),
      this.#scores.root,
      this.feed.root,
      this.#banner,
      this.#respawn,
      this.#bottom,
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

  /** @param followed whom a spectator sees. */
  update(connection: MatchConnection, followed: string | undefined): void {
    const { state, self } = connection;
    this.#scores.update(state, connection.room.sessionId, followed);
    this.#bottom.hidden = self === undefined;
    setText(this.#ping, `${connection.pingMs} ms`);
    setText(this.#tick, `tick ${state.tick}`);
    const body = connection.prediction.predictedSelf;
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
