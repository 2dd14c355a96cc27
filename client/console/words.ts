/** What codes and numbers are called on the console. Pure. */

const REASONS: Readonly<Record<string, string>> = {
  "time-budget": "Faster than time",
  "stamp-level": "Old pictures",
  "stamp-step": "Shots dated back",
  domain: "Impossible inputs",
  "impossible-action": "Forbidden actions",
  "aim-snap": "Aim snaps",
  reaction: "Reaction",
  autofire: "Clockwork clicks",
  accuracy: "Accuracy",
  "hidden-aim": "Aim at the unseen",
  "fight-stalls": "Stalls in fights",
  "win-trading": "Win trading",
  reports: "Reports by players",
  frame_malformed: "Malformed frames",
};

export function reasonWords(reason: string): string {
  return REASONS[reason] ?? reason;
}

/** A combined e-value as what an honest player's chance of it is at most. @param logEvidence natural logarithm. */
export function oddsWords(logEvidence: number): string {
  if (logEvidence <= 0) return "no statistics";
  const oneIn = Math.exp(Math.min(logEvidence, 60));
  return `1 in ${oneIn < 1e6 ? Math.round(oneIn).toLocaleString("en") : oneIn.toExponential(1).replace("e+", "e")}`;
}

const UNITS: readonly [RegExp, string, number][] = [
  [/Degrees$/, "°", 1],
  [/Metres$/, " m", 1],
  [/Ms$/, " ms", 0],
  [/Ticks$/, " ticks", 1],
];

/** "fromDegrees: 40.2" → "from 40.2°". */
export function measuredWords(measured: Readonly<Record<string, number>>): string {
  return Object.entries(measured)
    .map(([name, value]) => {
      const [pattern, unit, digits] = UNITS.find(([ending]) => ending.test(name)) ?? [/$^/, "", 2];
      const spelled = name.replace(pattern, "").replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
      return `${spelled} ${Number(value.toFixed(digits))}${unit}`;
    })
    .join(", ");
}

export function timeWords(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : date.toISOString().slice(0, 16).replace("T", " ");
}
