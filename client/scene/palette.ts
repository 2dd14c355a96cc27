/** The foundry's colours: dark steel, ember and rust, and one clear colour a fighter. */

export const INK = "#0d0b0a";
export const STEEL_DARK = "#1a1716";
export const STEEL = "#262221";
export const EMBER = "#ff8a2a";
export const EMBER_LIGHT = "#ffd08a";
export const DANGER = "#ff4436";

/** By slot; neighbours in the list differ in hue, since slots are handed out in order. */
export const FIGHTER_COLOURS = [
  "#ffb02e",
  "#4fb4ff",
  "#ff5a52",
  "#63d86b",
  "#c38aff",
  "#ff86c0",
  "#46dccb",
  "#d9e85a",
  "#ff9a5c",
  "#8fa2ff",
  "#9ed36a",
  "#f36fe3",
  "#7fd4ff",
  "#e3bd8c",
  "#b6c2cf",
  "#ff7a8f",
] as const;

/** @param hue the slot, or in team matches the side's place in the list. */
export function fighterColour(hue: number): string {
  return FIGHTER_COLOURS[hue % FIGHTER_COLOURS.length] as string;
}

/** "#rrggbb" as the number that tints want. */
export function toTint(colour: string): number {
  return Number.parseInt(colour.slice(1), 16);
}
