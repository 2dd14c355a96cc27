/**
 * Makes any decoded frame a legal one before anybody reads it. Whatever is not a number means "nothing held": a
 * clamp to the lower end, as Colyseus' map form does, would be a held direction. Pure but for `frame`.
 */
import type { SkirmishInput } from "../../schemas/skirmish-input.ts";
import { ALL_BUTTONS, BUTTON_FIRE } from "./shared/constants.ts";
import { snapAim } from "./shared/fixed-math.ts";

export function sanitizeInput(frame: SkirmishInput): void {
  frame.moveX = Math.sign(frame.moveX) || 0;
  frame.moveY = Math.sign(frame.moveY) || 0;
  frame.buttons &= ALL_BUTTONS;
  frame.aim = snapAim(frame.aim, (frame.buttons & BUTTON_FIRE) !== 0);
}
