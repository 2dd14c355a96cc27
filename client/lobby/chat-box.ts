/** The chat of a party or a custom game. What players write is text, whatever it holds. */
import type { ChatLine } from "../../schemas/party-state.ts";
import { element } from "../dom.ts";
import { clock } from "../text.ts";
import { playerColour } from "../ui/player-sign.ts";

const LONGEST_LINE = 200;
/** Scrolled up further than this, the reader is not pulled down by what is new. */
const NEAR_END_PX = 40;

export interface Chat {
  root: HTMLElement;
  update(lines: readonly ChatLine[]): void;
}

export function chatBox(say: (text: string) => void): Chat {
  const log = element("ol", { className: "chat-log", testId: "chat-log" });
  log.role = "log";
  log.ariaLabel = "Chat";
  log.tabIndex = 0;
  const empty = element("p", { className: "quiet chat-empty", text: "Nobody has said anything yet." });
  const input = element("input", { className: "text-input", testId: "chat-input" });
  input.placeholder = "Say something…";
  input.ariaLabel = "Say something";
  input.maxLength = LONGEST_LINE;
  input.autocomplete = "off";
  const send = element("button", { className: "button-quiet", testId: "chat-send", text: "Send" });
  send.type = "submit";
  const form = element("form", { className: "inline-form" }, input, send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === "") return;
    input.value = "";
    say(text);
  });
  let shown: readonly ChatLine[] = [];
  return {
    root: element("div", { className: "chat" }, empty, log, form),
    update(lines) {
      if (lines === shown) return;
      const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
      // Only what is new is added: a log that is rebuilt is read out from the beginning.
      const grown = shown.length > 0 && shown.every((line, place) => line === lines[place]);
      if (grown) log.append(...lines.slice(shown.length).map(chatLine));
      else log.replaceChildren(...lines.map(chatLine));
      shown = lines;
      empty.hidden = lines.length > 0;
      log.hidden = lines.length === 0;
      if (atEnd || !grown) log.scrollTop = log.scrollHeight;
    },
  };
}

function chatLine({ playerId, name, text, at }: ChatLine): HTMLElement {
  const who = element("b", { text: name });
  who.style.color = playerColour(playerId);
  const line = element("li", {}, who, element("span", { text }));
  line.title = clock(new Date(at).toISOString());
  return line;
}
