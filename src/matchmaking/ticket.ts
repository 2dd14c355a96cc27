/**
 * What waits in a queue: a ticket is a party of one or more players who want one match together. Built by the queue
 * room from what the server knows of the players; what a client measured or chose itself is marked so below, and a
 * filter that must not be fooled uses none of that. Plain frozen data: nothing here is ever changed.
 */

/** Mean and uncertainty of a skill, as Weng and Lin's method (and `openskill`) has it. */
export interface Skill {
  readonly mu: number;
  readonly sigma: number;
}

export interface TicketMember {
  readonly playerId: string;
  /** In the queue's rating. */
  readonly skill: Skill;
  /** Round trip to each region, milliseconds; measured by the client. A region that is not listed was not reached. */
  readonly latencies: Readonly<Record<string, number>>;
  /** The client's build, as it says itself. */
  readonly build: string;
  /** 0: no doubt about the player. Higher tiers play among themselves. */
  readonly trustTier: number;
  /** "keyboard", "touch", "gamepad" …, as the client says itself. */
  readonly input: string;
  /** Whom the player blocked, and who blocked the player. */
  readonly blocks: ReadonlySet<string>;
  /** Opponents of the latest matches, newest first. */
  readonly recentOpponents: readonly string[];
  /** Whatever else the game's own filters read; chosen by the client, checked to be flat. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export interface Ticket {
  readonly ticketId: string;
  /** The leader first. */
  readonly members: readonly [TicketMember, ...TicketMember[]];
  /** Milliseconds, when the waiting began: a reconnection and a failed ready check keep it. */
  readonly enqueuedAt: number;
  /** How often a match of this ticket fell through without its fault: it goes before those that waited as long. */
  readonly returned: number;
}

/** Seconds for which a ticket has waited, never below 0. */
export function waitedSeconds(ticket: Ticket, now: number): number {
  return Math.max(0, (now - ticket.enqueuedAt) / 1000);
}

/** Mean of the members' mu: the place of the ticket in the order by skill. */
export function meanMu(ticket: Ticket): number {
  let sum = 0;
  for (const { skill } of ticket.members) sum += skill.mu;
  return sum / ticket.members.length;
}
