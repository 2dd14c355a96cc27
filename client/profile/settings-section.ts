/** The player's choices and rights: settings, consent, a copy of everything that is kept, and deletion for good. */
import type { OwnProfile } from "../../src/index.ts";
import { button, element } from "../dom.ts";
import type { PageContext } from "../navigation/page-view.ts";
import { playerApi } from "../net/player-api.ts";
import { dayOfYear } from "../text.ts";
import { ActionNote, actionButton } from "../ui/action-button.ts";
import { card } from "./profile-head.ts";

const DELETE_WORD = "DELETE";

export function settingsSection(context: PageContext, profile: OwnProfile): HTMLElement {
  const { account } = context;
  const note = new ActionNote("settings-note");
  const shake = toggle({
    label: "Camera shake",
    hint: "The picture trembles when shells burst close to you.",
    testId: "camera-shake",
    on: profile.settings["cameraShake"] !== false,
    note,
    // The server replaces all settings at once, so the others go along.
    change: async (cameraShake) => {
      const others = account.profile?.settings ?? profile.settings;
      await account.change({ settings: { ...others, cameraShake } });
      return "Saved.";
    },
  });
  const consent = toggle({
    label: "Statistics about how I play",
    hint: consentHint(profile.consent),
    testId: "consent",
    on: profile.consent?.analytics ?? false,
    note,
    change: async (analytics) => {
      await account.change({ consent: { analytics } });
      return analytics ? "Thank you. You can change your mind at any time." : "Nothing more is collected.";
    },
  });
  return card(
    "Settings and data",
    { testId: "settings" },
    shake,
    consent,
    note.root,
    element("div", { className: "button-row" }, downloadButton(context, profile.playerId, note)),
    deletion(context, profile.playerId),
  );
}

function consentHint(consent: OwnProfile["consent"]): string {
  const why = "Helps us to find what is unfair or broken. The game itself works without it.";
  return consent ? `${why} You decided on ${dayOfYear(consent.decidedAt)}.` : why;
}

/** A switch that shows what the server holds: when a change fails it goes back. */
function toggle(options: {
  label: string;
  hint: string;
  testId: string;
  on: boolean;
  note: ActionNote;
  change: (on: boolean) => Promise<string>;
}): HTMLElement {
  const { note, change } = options;
  const box = element("input", { className: "switch", testId: options.testId });
  box.type = "checkbox";
  box.role = "switch";
  box.checked = options.on;
  const apply = async (on: boolean): Promise<void> => {
    box.disabled = true;
    note.clear();
    try {
      note.say(await change(on));
    } catch (error) {
      box.checked = !on;
      note.fail(error);
    } finally {
      box.disabled = false;
    }
  };
  box.addEventListener("change", () => void apply(box.checked));
  return element(
    "label",
    { className: "toggle" },
    element("span", {}, element("b", { text: options.label }), element("small", { text: options.hint })),
    box,
  );
}

function downloadButton({ account }: PageContext, playerId: string, note: ActionNote): HTMLElement {
  return actionButton({
    text: "Download my data",
    busyText: "Collecting…",
    testId: "download",
    note,
    run: async () => {
      const data = await playerApi.exportData(account);
      const address = URL.createObjectURL(
        new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }),
      );
      const anchor = element("a");
      anchor.href = address;
      anchor.download = `skirmish-${playerId.slice(0, 8)}.json`;
      anchor.click();
      // Later: a browser may begin to read the file only after this turn.
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      note.say(
        data.complete ? "Your data was downloaded." : "Downloaded: the newest part of a long history.",
      );
    },
  });
}

/** Two steps and a typed word: there is no way back. */
function deletion({ account, go, signal }: PageContext, playerId: string): HTMLElement {
  const note = new ActionNote("delete-note");
  const input = element("input", { className: "text-input", testId: "delete-word" });
  input.autocomplete = "off";
  input.spellcheck = false;
  input.ariaLabel = `Type ${DELETE_WORD} to confirm`;
  const confirm = actionButton({
    text: "Delete for good",
    busyText: "Deleting…",
    testId: "delete-confirm",
    className: "button-quiet button-danger",
    note,
    run: async () => {
      if (input.value.trim() !== DELETE_WORD) return note.warn(`Type ${DELETE_WORD} first.`);
      try {
        await playerApi.deleteAccount(account, playerId);
        account.forget();
      } catch (error) {
        // The answer to an earlier try was lost, and the account is gone already: a new guest is signed in.
        if (account.playerId === playerId) throw error;
      }
      if (!signal.aborted) go({ page: "home" });
    },
  });
  const close = (): void => {
    steps.hidden = true;
    open.hidden = false;
    input.value = "";
    note.clear();
    open.focus();
  };
  const steps = element(
    "div",
    { className: "danger-steps" },
    element("p", {
      text: `Level, rating, scrap, items, friends and your name in old matches are deleted, and nobody can bring them back. Type ${DELETE_WORD} to confirm.`,
    }),
    element(
      "div",
      { className: "inline-form" },
      input,
      confirm,
      button("Keep it", { className: "button-quiet", testId: "delete-cancel" }, close),
    ),
    note.root,
  );
  steps.hidden = true;
  const open = button("Delete my account…", { className: "button-bare", testId: "delete-open" }, () => {
    steps.hidden = false;
    open.hidden = true;
    input.focus();
  });
  return element("div", { className: "danger" }, open, steps);
}
