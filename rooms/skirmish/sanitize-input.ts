/**
 * Makes any decoded frame a legal one before anybody reads it. Whatever is not a number means "nothing held": a
 * clamp to the lower end, as Colyseus' map form does, would be a held direction. Pure but for `frame`.
 */
import type { SkirmishInput } from "../../schemas/skirmish-input.ts";
import { ALL_BUTTONS } from "./shared/constants.ts";
import { snapAim } from "./shared/fixed-math.ts";

export function sanitizeInput(frame: SkirmishInput): void {
  frame.moveX = Math.sign(frame.moveX) || 0;
  frame.moveY = Math.sign(frame.moveY) || 0;
  frame.buttons &= ALL_BUTTONS;
  // As fine as it comes: what is not sent anew stays in this very frame, and the trigger may be next.
  frame.aim = snapAim(frame.aim, true);
}
