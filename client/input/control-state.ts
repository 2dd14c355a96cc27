/**
 * What the player holds right now, whatever it comes from (keys, mouse, sticks), and how it becomes an input frame.
 * Presses shorter than a step are kept until a step has carried them.
 */

import { BUTTON_ALTERNATE, BUTTON_DASH, BUTTON_FIRE } from "../../rooms/skirmish/shared/constants.ts";
import type { SkirmishInput } from "../../schemas/skirmish-input.ts";

/** A dash pressed a little before it is ready still happens: the press is held for this many steps. */
const DASH_PATIENCE_STEPS = 7;

export class ControlState {
  moveX = 0;
  moveY = 0;
  /** Radians. */
  aim = 0;
  fire = false;
  /** The launcher is out. */
  alternate = false;
  #firePressed = false;
  #dashSteps = 0;

  setFire(held: boolean): void {
    this.fire = held;
    if (held) this.#firePressed = true;
  }

  pressDash(): void {
    this.#dashSteps = DASH_PATIENCE_STEPS;
  }

  /** The dash happened: the same press does not ask for another. */
  dashed(): void {
    this.#dashSteps = 0;
  }

  toggleWeapon(): void {
    this.alternate = !this.alternate;
  }

  /** Lets go of everything held; the chosen weapon stays. */
  release(): void {
    this.moveX = 0;
    this.moveY = 0;
    this.fire = false;
    this.#firePressed = false;
    this.#dashSteps = 0;
  }

  /** Writes the next step's input frame. */
  writeStep(frame: SkirmishInput): void {
    let buttons = 0;
    if (this.fire || this.#firePressed) buttons |= BUTTON_FIRE;
    if (this.#dashSteps > 0) buttons |= BUTTON_DASH;
    if (this.alternate) buttons |= BUTTON_ALTERNATE;
    frame.moveX = this.moveX;
    frame.moveY = this.moveY;
    frame.aim = this.aim;
    frame.buttons = buttons;
    this.#firePressed = false;
    if (this.#dashSteps > 0) this.#dashSteps -= 1;
  }
}
