/** The bots of one room: how many there are, and what they are called. What they do is `shared/bot-minds.ts`. */
import { Fighter, type SkirmishState } from "../../schemas/skirmish-state.ts";

const NAMES = ["Anvil", "Bellows", "Cinder", "Dynamo", "Ember", "Flux", "Gantry", "Hammer"];

export class BotCrew {
  readonly #keys = new Set<string>();
  #serial = 0;

  /** Signs on one more. The caller seats it and gives it a mind. */
  hire(team: number): { key: string; fighter: Fighter } {
    const key = `bot-${this.#serial}`;
    const fighter = new Fighter();
    fighter.name = NAMES[this.#serial % NAMES.length] as string;
    fighter.bot = true;
    fighter.team = team;
    this.#serial += 1;
    this.#keys.add(key);
    return { key, fighter };
  }

  /** Lets the one of a team with the lowest score go. @returns its key, or undefined when there is none. */
  dismiss(state: SkirmishState, team: number): string | undefined {
    let worst: string | undefined;
    let worstScore = Number.POSITIVE_INFINITY;
    for (const key of this.#keys) {
      const fighter = state.fighters.get(key);
      const score = fighter?.score ?? 0;
      if (fighter?.team === team && score < worstScore) {
        worst = key;
        worstScore = score;
      }
    }
    if (worst !== undefined) this.#keys.delete(worst);
    return worst;
  }
}
