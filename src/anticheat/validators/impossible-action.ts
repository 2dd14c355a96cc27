/**
 * Asking for what the rules do not allow: an action on cooldown, of the dead, with an empty purse. The room refuses it
 * anyway; a client that knows the rules does not ask so often. Honest players ask early now and then (a key held down is
 * not asking again), so it takes many.
 */
import type { ValidatorConfig } from "../../config/validator-config.ts";
import { defineLimit, type Limit } from "../validator.ts";

export function impossibleAction(settings: ValidatorConfig["impossibleAction"]): Limit {
  return defineLimit({
    name: "impossible-action",
    settings,
    start: () => undefined,
    asked: (_state, { allowed }) => (allowed ? undefined : { points: 1, measured: {} }),
  });
}
