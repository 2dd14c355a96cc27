/**
 * Events as they travel: in whole numbers, which take three bytes where a fraction takes nine. Angles in 1/65,536 of a
 * turn, lengths in centimetres. For the eye: what counts stands in the state.
 */
import type { SkirmishEvent } from "../../../schemas/skirmish-messages.ts";
import { angleSteps, stepsToAngle } from "./fixed-math.ts";

const CENTIMETRES = 100;

export function toWire(event: SkirmishEvent): SkirmishEvent {
  if (event[0] === "shot") {
    const [kind, by, weapon, angle, distance, target] = event;
    return [kind, by, weapon, angleSteps(angle), Math.round(distance * CENTIMETRES), target];
  }
  if (event[0] === "burst")
    return ["burst", event[1], Math.round(event[2] * CENTIMETRES), Math.round(event[3] * CENTIMETRES)];
  return event;
}

export function fromWire(event: SkirmishEvent): SkirmishEvent {
  if (event[0] === "shot") {
    const [kind, by, weapon, angle, distance, target] = event;
    return [kind, by, weapon, stepsToAngle(angle), distance / CENTIMETRES, target];
  }
  if (event[0] === "burst") return ["burst", event[1], event[2] / CENTIMETRES, event[3] / CENTIMETRES];
  return event;
}
