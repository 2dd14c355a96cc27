/**
 * Who belongs where: the places of each team, and how people and bots take them. A free-for-all is one team of all
 * places, or, when a queue made it, as many teams as places; its teams are allies for nobody but the seating.
 */

export interface Seated {
  team: number;
  bot: boolean;
}

interface Fighters {
  forEach(callback: (fighter: Seated, key: string) => void): void;
}

export class TeamSheet {
  readonly sizes: readonly number[];

  constructor(sizes: readonly number[]) {
    this.sizes = sizes;
  }

  get places(): number {
    return this.sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Places of each team that no person holds. */
  open(fighters: Fighters): number[] {
    const left = [...this.sizes];
    fighters.forEach(({ team, bot }) => {
      if (!bot) left[team] = Math.max(0, (left[team] ?? 0) - 1);
    });
    return left;
  }

  /** Where a newcomer who belongs nowhere is needed most. */
  neediest(fighters: Fighters): number {
    const open = this.open(fighters);
    return open.indexOf(Math.max(...open));
  }

  /** A team with an empty place, for a bot. */
  shortTeam(fighters: Fighters): number | undefined {
    const team = this.#balance(fighters).findIndex((balance) => balance < 0);
    return team < 0 ? undefined : team;
  }

  /** A team with more fighters than places, whose bot has to go. */
  crowdedTeam(fighters: Fighters): number | undefined {
    const team = this.#balance(fighters).findIndex((balance) => balance > 0);
    return team < 0 ? undefined : team;
  }

  #balance(fighters: Fighters): number[] {
    const balance = this.sizes.map((size) => -size);
    fighters.forEach(({ team }) => {
      balance[team] = (balance[team] ?? 0) + 1;
    });
    return balance;
  }
}
