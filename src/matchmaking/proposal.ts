/** A match as it would be played, with what is costly to know computed when it is first asked for. */
import { commonRegionOf } from "./common-region.ts";
import type { ProposedMatch } from "./queue-rules.ts";
import type { Ticket } from "./ticket.ts";
import { winChancesOf } from "./win-chance.ts";

export class Proposal implements ProposedMatch {
  readonly teams: readonly (readonly Ticket[])[];
  #winChances: readonly number[] | undefined;
  #region: string | undefined;

  constructor(teams: readonly (readonly Ticket[])[]) {
    this.teams = teams;
  }

  get winChances(): readonly number[] {
    this.#winChances ??= winChancesOf(
      this.teams.map((tickets) => tickets.flatMap(({ members }) => members.map(({ skill }) => skill))),
    );
    return this.#winChances;
  }

  get region(): string {
    this.#region ??= commonRegionOf(this.teams.flat()).region;
    return this.#region;
  }
}
