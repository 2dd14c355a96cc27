/** Listens to the viewer's keys, wherever the page has its focus. */
import { commandOf, REPEATS, type ReplayCommand } from "./replay-commands.ts";

export function listenToKeys(act: (command: ReplayCommand) => void, signal: AbortSignal): void {
  window.addEventListener(
    "keydown",
    (event) => {
      // A focused button is pressed by it.
      const presses = event.code === "Space" && event.target instanceof HTMLButtonElement;
      const command = presses ? undefined : commandOf(event);
      if (!command) return;
      event.preventDefault();
      if (!event.repeat || REPEATS.has(command.kind)) act(command);
    },
    { signal },
  );
}
