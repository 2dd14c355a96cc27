/**
 * Who is banned, as this process knows it: asked at every door, so answered from memory for some seconds. News by the
 * cluster's channel (`heard`) are believed at once; what was missed is learnt when the memory is too old.
 *
 * While the database is away, or does not answer within a second, the last known word counts: whoever was banned stays
 * out until the ban's end, and everybody else, unknown ones included, is let in: an outage must not end the game for all
 * for the sake of a few, who are closed when it is over (the owner of this list asks for those who are here). Bounded:
 * of too many remembered players the ones asked longest ago go, banned ones last.
 */
const PATIENCE_MS = 1000;
const MOST_FINE = 50_000;
const MOST_BANNED = 50_000;
/** Of a ban without end. */
export const FOR_EVER = new Date(8.64e15);

export interface BanListOptions {
  /** When the player's ban ends (`FOR_EVER`); undefined: none is in force. */
  lookUp: (playerId: string) => Promise<Date | undefined>;
  recheckMs: number;
  /** Told of a look-up that failed. */
  failed: (error: unknown) => void;
}

export class BanList {
  readonly #options: BanListOptions;
  readonly #fine = new Map<string, number>();
  readonly #banned = new Map<string, { until: number; readAt: number }>();
  /** What is heard of a player while that player is looked up is newer. */
  readonly #asking = new Map<string, { done: Promise<void>; overtaken: boolean }>();

  constructor(options: BanListOptions) {
    this.#options = options;
  }

  /** As far as is known here, without asking anybody. */
  isKnownBanned(playerId: string): boolean {
    const known = this.#banned.get(playerId);
    return known !== undefined && known.until > Date.now();
  }

  /** Never rejects. */
  async isBanned(playerId: string): Promise<boolean> {
    const readAt = this.#banned.get(playerId)?.readAt ?? this.#fine.get(playerId);
    if (readAt === undefined || performance.now() - readAt > this.#options.recheckMs) {
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
      await Promise.race([this.#ask(playerId), limit]).finally(() => clearTimeout(timer));
    }
    return this.isKnownBanned(playerId);
  }

  /** @param until of the ban; undefined: it was lifted. */
  heard(playerId: string, until: Date | undefined): void {
    const asking = this.#asking.get(playerId);
    if (asking) asking.overtaken = true;
    this.#note(playerId, until);
  }

  #ask(playerId: string): Promise<void> {
    const asking = this.#asking.get(playerId);
    if (asking) return asking.done;
    const asked = { done: Promise.resolve(), overtaken: false };
    asked.done = this.#options
      .lookUp(playerId)
      .then((until) => {
        if (!asked.overtaken) this.#note(playerId, until);
      })
      .catch((error: unknown) => this.#options.failed(error))
      .finally(() => this.#asking.delete(playerId));
    this.#asking.set(playerId, asked);
    return asked.done;
  }

  #note(playerId: string, until: Date | undefined): void {
    this.#fine.delete(playerId);
    this.#banned.delete(playerId);
    const readAt = performance.now();
    if (until && until.getTime() > Date.now())
      keep(this.#banned, playerId, { until: until.getTime(), readAt }, MOST_BANNED);
    else keep(this.#fine, playerId, readAt, MOST_FINE);
  }
}

function keep<T>(into: Map<string, T>, key: string, value: T, most: number): void {
  into.set(key, value);
  if (into.size <= most) return;
  for (const oldest of into.keys()) {
    into.delete(oldest);
    break;
  }
}
