/** Notices when the match moves from phase to phase, and says so: banner, beeps, end screen. */
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import type { EndScreen } from "../hud/end-screen.ts";
import type { Hud } from "../hud/hud.ts";
import type { Sound } from "../sound.ts";

const START_BANNER_UPDATES = 12;

export class PhaseWatch {
  readonly #hud: Hud;
  readonly #end: EndScreen;
  readonly #sound: Sound;
  #phase = "";
  #seconds = -1;
  #startBanner = 0;
  /** The match in whose fight the player was seen. */
  #foughtMatch = "";

  constructor(hud: Hud, end: EndScreen, sound: Sound) {
    this.#hud = hud;
    this.#end = end;
    this.#sound = sound;
  }

  /**
   * Call ten times a second.
   * @param quiet the team screen says itself what it waits for.
   */
  update(state: SkirmishState, ownKey: string, quiet: boolean): void {
    const entered = state.phase !== this.#phase;
    this.#phase = state.phase;
    if (state.phase === "live" && state.fighters.has(ownKey)) this.#foughtMatch = state.matchId;
    if (entered) this.#enter(state, ownKey, quiet);
    if (state.phase === "countdown" && state.secondsLeft !== this.#seconds && state.secondsLeft > 0) {
      if (!quiet) this.#hud.showBanner(String(state.secondsLeft), "Get ready");
      this.#sound.beep(false);
    }
    this.#seconds = state.secondsLeft;
    if (this.#startBanner > 0) {
      this.#startBanner -= 1;
      if (this.#startBanner === 0) this.#hud.showBanner("");
    }
  }

  #enter(state: SkirmishState, ownKey: string, quiet: boolean): void {
    this.#startBanner = 0;
    if (state.phase === "over") {
      this.#hud.showBanner("");
      this.#end.show(state, ownKey, this.#foughtMatch === state.matchId);
      this.#hud.showScoreboard(false);
      return;
    }
    this.#end.hide();
    if (state.phase === "waiting") this.#hud.showBanner(quiet ? "" : "Waiting for players");
    else if (state.phase === "live") {
      this.#hud.showBanner("Fight");
      this.#sound.beep(true);
      this.#startBanner = START_BANNER_UPDATES;
    }
  }
}
