/** What a player's hands do in the bench: the same in every room, whatever happens there. */
import type { SkirmishInput } from "../../../schemas/skirmish-input.ts";

/** Runs about, turns with a wandering aim, shoots in bursts. @param player so that no two do the same. */
export function writeScript(input: SkirmishInput, player: number, step: number): void {
  input.moveX = ((Math.floor((step + 13 * player) / 17) + player) % 3) - 1;
  input.moveY = ((Math.floor((step + 29 * player) / 23) + player) % 3) - 1;
  input.aim = (player + step / 40 + Math.sin(step / 9 + player)) % (2 * Math.PI);
  input.buttons = (step + 7 * player) % 40 < 15 ? 1 : 0;
}
