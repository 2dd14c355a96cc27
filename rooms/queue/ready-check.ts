/** Whether everybody who was matched wants to play: one for each match that was formed. Pure, without a clock. */

export class ReadyCheck<Subject> {
  readonly checkId: string;
  readonly subject: Subject;
  /** Milliseconds. */
  readonly endsAt: number;
  readonly #open: Set<string>;
  readonly #players: number;

  constructor(checkId: string, subject: Subject, playerIds: Iterable<string>, endsAt: number) {
    this.checkId = checkId;
    this.subject = subject;
    this.endsAt = endsAt;
    this.#open = new Set(playerIds);
    this.#players = this.#open.size;
  }

  get players(): number {
    return this.#players;
  }

  get accepted(): number {
    return this.#players - this.#open.size;
  }

  get complete(): boolean {
    return this.#open.size === 0;
  }

  /** Who has not answered. */
  get missing(): ReadonlySet<string> {
    return this.#open;
  }

  /** @returns false: nothing new. */
  accept(playerId: string): boolean {
    return this.#open.delete(playerId);
  }
}
