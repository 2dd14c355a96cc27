/** The ready-made validators, by the configuration's thresholds. A room lists these, and its own beside them. */
import type { ValidatorConfig } from "../../config/validator-config.ts";
import type { Validator } from "../validator.ts";
import { accuracy } from "./accuracy.ts";
import { aimSnap } from "./aim-snap.ts";
import { autofire } from "./autofire.ts";
import { type DomainOptions, domain } from "./domain.ts";
import { fightStalls } from "./fight-stalls.ts";
import { hiddenAim } from "./hidden-aim.ts";
import { impossibleAction } from "./impossible-action.ts";
import { latencyProof } from "./latency-proof.ts";
import { reaction } from "./reaction.ts";
import { stampLevel, stampStep } from "./rewind-stamps.ts";
import { timeBudget } from "./time-budget.ts";

/** Of inputs and the link: for any room with `defineInput`. @param inputs what the controls can send. */
export function inputValidators(config: ValidatorConfig, inputs: DomainOptions): Validator[] {
  return [
    timeBudget(config.timeBudget),
    stampLevel(config.stampLevel),
    stampStep(config.stampStep),
    latencyProof(config.latencyProof),
    domain(config.domain, inputs),
    impossibleAction(config.impossibleAction),
  ];
}

/** Of aim and trigger: for rooms that tell of engagements. */
export function combatValidators(config: ValidatorConfig): Validator[] {
  return [
    aimSnap(config.aimSnap),
    reaction(config.reaction),
    autofire(config.autofire),
    accuracy(config.accuracy),
    hiddenAim(config.hiddenAim),
    fightStalls(config.fightStalls),
  ];
}
