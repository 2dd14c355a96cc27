/** A match as it would be played, with what is costly to know worked out when it is first asked for. */
import { type CommonRegion, commonRegionOf, commonRegionOfReaches, type Reach } from "./common-region.ts";
import type { ProposedMatch } from "./queue-rules.ts";
import type { Skill, Ticket } from "./ticket.ts";
import { winChancesOf } from "./win-chance.ts";

/** What depends on who plays and not on which team: one of them for all the splits that are tried. */
export class Gathering {
  readonly #reaches: readonly (Reach | null)[];
  #commonRegion: CommonRegion | undefined;

  constructor(reaches: readonly (Reach | null)[]) {
    this.#reaches = reaches;
  }

  get commonRegion(): CommonRegion {
    this.#commonRegion ??= commonRegionOfReaches(this.#reaches);
    return this.#commonRegion;
  }
}

export class Proposal implements ProposedMatch {
  readonly teams: readonly (readonly Ticket[])[];
  readonly gathering: Gathering;
  #winChances: readonly number[] | undefined;

  constructor(teams: readonly (readonly Ticket[])[], gathering: Gathering) {
    this.teams = teams;
    this.gathering = gathering;
  }

  get winChances(): readonly number[] {
    this.#winChances ??= winChancesOf(this.teams.map(skillsOf));
    return this.#winChances;
  }

  get region(): string {
    return this.gathering.commonRegion.region;
  }
}

/** Of any match; of a `Proposal` it is known. */
export function meetingPlaceOf(match: ProposedMatch): CommonRegion {
  return match instanceof Proposal ? match.gathering.commonRegion : commonRegionOf(match.teams.flat());
}

/** The largest distance of a team's chance from an even one. */
export function distanceFromEven({ winChances }: ProposedMatch): number {
  const even = 1 / winChances.length;
  let distance = 0;
  for (const chance of winChances) distance = Math.max(distance, Math.abs(chance - even));
  return distance;
}

/** By how many players the largest parties of the teams differ. */
export function partyGap({ teams }: ProposedMatch): number {
  let largest = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (const tickets of teams) {
    let size = 0;
    for (const { members } of tickets) size = Math.max(size, members.length);
    largest = Math.max(largest, size);
    smallest = Math.min(smallest, size);
  }
  return largest - smallest;
}

function skillsOf(tickets: readonly Ticket[]): Skill[] {
  const skills: Skill[] = [];
  for (const { members } of tickets) for (const { skill } of members) skills.push(skill);
  return skills;
}
