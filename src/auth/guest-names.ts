/** Display names for guests: two words and a number, drawn by the server. A client never chooses one. */

const FIRST = [
  "Amber",
  "Brisk",
  "Copper",
  "Dusty",
  "Ember",
  "Frost",
  "Granite",
  "Hollow",
  "Iron",
  "Jade",
  "Keen",
  "Lunar",
];
const SECOND = [
  "Anvil",
  "Badger",
  "Comet",
  "Drake",
  "Falcon",
  "Gear",
  "Heron",
  "Lynx",
  "Otter",
  "Piston",
  "Raven",
  "Wolf",
];

/** @param below answers a whole number in [0, bound). */
export function guestName(below: (bound: number) => number): string {
  return `${FIRST[below(FIRST.length)]} ${SECOND[below(SECOND.length)]} ${10 + below(90)}`;
}
