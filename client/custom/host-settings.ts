/** What the host of a custom game sets: its name, its mode, a password. Others do not see this. */
import { button, element, setText } from "../dom.ts";
import type { CustomSession } from "../lobby/custom-session.ts";
import { card } from "../profile/profile-head.ts";

const MODES = [
  ["teams", "Teams"],
  ["ffa", "Free for all"],
] as const;

export function hostSettings(custom: CustomSession, signal: AbortSignal): HTMLElement {
  const name = element("input", { className: "text-input", testId: "custom-setup-name" });
  name.maxLength = 32;
  name.placeholder = "Name of the game";
  name.autocomplete = "off";
  const password = element("input", { className: "text-input", testId: "custom-setup-password" });
  password.type = "password";
  password.maxLength = 32;
  password.autocomplete = "new-password";
  const rename = saveForm(field("Name", name), "custom-setup-rename", "Rename", () =>
    custom.setUp({ name: name.value.trim() }),
  );
  const lock = saveForm(field("Password", password), "custom-setup-lock", "Lock", () => {
    custom.setUp({ password: password.value === "" ? null : password.value });
    password.value = "";
  });
  const lockText = lock.querySelector("button");
  const modes = MODES.map(([mode, text]) =>
    button(text, { className: "choice-option", testId: `custom-mode-${mode}` }, () => custom.setUp({ mode })),
  );
  const choice = element("div", { className: "choice" }, ...modes);
  choice.role = "group";
  choice.ariaLabel = "Mode";
  const root = card(
    "Settings",
    { testId: "custom-settings" },
    rename,
    element(
      "div",
      { className: "setting" },
      element("span", { className: "list-title", text: "Mode" }),
      choice,
    ),
    lock,
  );
  let known: string | undefined;
  const showLock = (): void => {
    const locked = custom.state?.locked ?? false;
    password.placeholder = locked ? "Locked. Leave empty to open it" : "None: everybody may join";
    if (lockText) setText(lockText, locked && password.value === "" ? "Open" : "Lock");
  };
  password.addEventListener("input", showLock);
  custom.watch(() => {
    root.hidden = !custom.leads;
    const { state } = custom;
    if (!state) return;
    // What the host is typing is not overwritten by what somebody else changes.
    if (state.name !== known && document.activeElement !== name) {
      known = state.name;
      name.value = state.name;
    }
    showLock();
    MODES.forEach(([mode], place) => modes[place]?.setAttribute("aria-pressed", String(state.mode === mode)));
  }, signal);
  return root;
}

function field(label: string, input: HTMLInputElement): HTMLElement {
  return element(
    "label",
    { className: "setting" },
    element("span", { className: "list-title", text: label }),
    input,
  );
}

function saveForm(labelled: HTMLElement, testId: string, text: string, save: () => void): HTMLElement {
  const submit = element("button", { className: "button-quiet", testId, text });
  submit.type = "submit";
  const form = element("form", { className: "setting-form" }, labelled, submit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  return form;
}
