/** What the viewer can be told to do, and by which keys. Pure. */

export type ReplayCommand =
  | { kind: "toggle" | "start" | "end" | "free" | "xray" | "sound" }
  | { kind: "seconds" | "tick" | "kill" | "follow" | "speed"; by: 1 | -1 };

export interface KeyPress {
  code: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

const COMMANDS: Readonly<Record<string, ReplayCommand>> = {
  Space: { kind: "toggle" },
  KeyK: { kind: "toggle" },
  ArrowLeft: { kind: "seconds", by: -1 },
  ArrowRight: { kind: "seconds", by: 1 },
  Comma: { kind: "tick", by: -1 },
  Period: { kind: "tick", by: 1 },
  Home: { kind: "start" },
  End: { kind: "end" },
  ArrowUp: { kind: "follow", by: -1 },
  ArrowDown: { kind: "follow", by: 1 },
  Minus: { kind: "speed", by: -1 },
  NumpadSubtract: { kind: "speed", by: -1 },
  Equal: { kind: "speed", by: 1 },
  NumpadAdd: { kind: "speed", by: 1 },
  KeyX: { kind: "xray" },
  KeyF: { kind: "free" },
  KeyM: { kind: "sound" },
};

const SHIFTED: Readonly<Record<string, ReplayCommand>> = {
  ArrowLeft: { kind: "kill", by: -1 },
  ArrowRight: { kind: "kill", by: 1 },
};

/** Which of them makes sense over and over while a key is held. */
export const REPEATS: ReadonlySet<ReplayCommand["kind"]> = new Set<ReplayCommand["kind"]>([
  "seconds",
  "tick",
  "kill",
]);

export function commandOf({ code, shiftKey, ctrlKey, altKey, metaKey }: KeyPress): ReplayCommand | undefined {
  // The browser's own.
  if (ctrlKey || altKey || metaKey) return undefined;
  return (shiftKey ? SHIFTED[code] : undefined) ?? COMMANDS[code];
}
