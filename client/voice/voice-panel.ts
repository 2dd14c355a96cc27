/**
 * Voice on screen: a button that switches it on, the choice between push-to-talk and an open microphone, and who of the
 * team speaks. Clicking a teammate mutes that one here. V is push-to-talk, and switches voice on when it is off; it is let
 * go when the window loses the focus. Hidden where the player has nobody to speak with.
 */
import { button, element, setText } from "../dom.ts";
import { KeyedList, type Line } from "../ui/keyed-list.ts";
import { type TeamMate, teamMates } from "./team-mates.ts";
import { type VoiceRoom, VoiceSession } from "./voice-session.ts";

type VoicedMatch = Parameters<typeof teamMates>[0];

export class VoicePanel {
  readonly root = element("section", { className: "voice-panel", testId: "voice-panel" });
  readonly session: VoiceSession;
  readonly #ownKey: string;
  readonly #switch: HTMLButtonElement;
  readonly #mode: HTMLButtonElement;
  readonly #note = element("p", { className: "voice-note", testId: "voice-note" });
  readonly #lines: KeyedList<TeamMate>;
  readonly #listeners = new AbortController();

  constructor(room: VoiceRoom) {
    this.#ownKey = room.sessionId;
    this.session = new VoiceSession(room);
    this.#switch = button("", { className: "voice-button", testId: "voice-switch" }, () => this.#toggle());
    this.#mode = button("", { className: "voice-button voice-mode", testId: "voice-mode" }, () =>
      this.session.setOpenMicrophone(!this.session.openMicrophone),
    );
    this.#note.role = "status";
    this.#lines = new KeyedList(
      element("ul", { className: "voice-mates" }),
      ({ id }) => id,
      (mate) => this.#line(mate),
    );
    this.root.append(element("div", { className: "voice-buttons" }, this.#switch, this.#mode), this.#note);
    this.root.append(this.#lines.root);
    this.root.hidden = true;
    this.session.onChange = () => this.#showSwitch();
    this.#showSwitch();
    this.#listenToKey();
  }

  /** Ten times a second. */
  update(match: VoicedMatch): void {
    const mates = VoiceSession.possible ? teamMates(match, this.#ownKey) : [];
    if (mates.length === 0) this.session.switchOff();
    this.root.hidden = mates.length === 0;
    if (!this.root.hidden) this.#lines.update(this.session.state === "on" ? mates : []);
  }

  destroy(): void {
    this.#listeners.abort();
    this.session.onChange = undefined;
    this.session.switchOff();
    this.root.remove();
  }

  #toggle(): void {
    if (this.session.state === "off") void this.session.switchOn();
    else this.session.switchOff();
    // Space dashes, and would press it again.
    this.#switch.blur();
  }

  #showSwitch(): void {
    const { state, microphone, openMicrophone, refusal, transmits } = this.session;
    setText(
      this.#switch,
      state === "off" ? "Voice: off" : state === "starting" ? "Voice: asking…" : "Voice: on",
    );
    this.#switch.title = "Speak with your team. Your browser asks for the microphone.";
    this.#switch.setAttribute("aria-pressed", String(state === "on"));
    this.#mode.hidden = state !== "on" || microphone !== "ready";
    setText(this.#mode, openMicrophone ? "Open microphone" : "Hold V to talk");
    this.#mode.title = "Push-to-talk, or an open microphone";
    this.#mode.classList.toggle("voice-transmits", transmits);
    const note =
      state === "on" && microphone === "refused" ? "No microphone: you can listen." : (refusal ?? "");
    setText(this.#note, note);
    this.#note.hidden = note === "";
  }

  #line({ id, name, own }: TeamMate): Line<TeamMate> {
    const mark = element("span", { className: "voice-mark" });
    const press = button(name, { className: "voice-mate", testId: own ? "voice-own" : "voice-mate" }, () => {
      if (!own) this.session.setMuted(id, !this.session.isMuted(id));
      press.blur();
    });
    press.disabled = own;
    press.prepend(mark);
    const update = (): void => {
      const muted = this.session.isMuted(id);
      const connected = own || this.session.isConnected(id);
      const state = muted
        ? "muted"
        : !connected
          ? "away"
          : this.session.speaks(id, performance.now())
            ? "speaking"
            : "quiet";
      if (press.dataset["voice"] === state) return;
      press.dataset["voice"] = state;
      press.title = own ? "You" : `${WORDS[state]} Click to ${muted ? "hear" : "mute"} this player.`;
    };
    return { root: element("li", {}, press), update };
  }

  #listenToKey(): void {
    const { signal } = this.#listeners;
    const handle = (event: KeyboardEvent): void => {
      if (event.code !== "KeyV" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
      const down = event.type === "keydown";
      if (down && !event.repeat && !this.root.hidden) void this.session.switchOn();
      this.session.talk(down);
    };
    window.addEventListener("keydown", handle, { signal });
    window.addEventListener("keyup", handle, { signal });
    window.addEventListener("blur", () => this.session.talk(false), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.session.talk(false), {
      signal,
    });
  }
}

const WORDS = {
  muted: "Muted.",
  away: "Has voice off.",
  speaking: "Speaks.",
  quiet: "Has voice on.",
} as const;
