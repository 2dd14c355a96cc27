/**
 * Friends, requests and blocks in MongoDB, one document a PAIR of players: what stands between two players is one
 * document, so that both sides of it change in one update and can never disagree. Each step is an update that names
 * what it expects to find; where another came first it looks again.
 *
 * A block ends a friendship and stands above everything: nothing can be asked across it, and who asks cannot tell it
 * from one that takes no requests. The bound on friends is checked before a request is written: requests that are
 * sent at the same instant may overshoot it by their number.
 */
import { type Connection, type Model, Schema, trusted } from "mongoose";
import { ArenaError, type ErrorCode } from "../../errors.ts";

type Side = "low" | "high";

export interface RelationDocument {
  /** Both ids, the smaller first, with `|` between them. */
  _id: string;
  low: string;
  high: string;
  /** `low` and `high`: that side has asked. */
  friends: "no" | Side | "yes";
  lowBlocks: boolean;
  highBlocks: boolean;
  /** Each side's own, so that an export shows neither when the other blocked. */
  lowBlockedAt?: Date | undefined;
  highBlockedAt?: Date | undefined;
  changedAt: Date;
}

export interface RelationOptions {
  /** Friends and sent requests that one player may have, and requests that may wait for an answer. */
  maxFriends: number;
  /** Players that one player may block. */
  maxBlocked: number;
  exists: (playerId: string) => Promise<boolean>;
}

export type AskResult = { ok: true; state: "asked" | "friends" } | Refused;
type Refused = { ok: false; code: Extract<ErrorCode, "friend_refused" | "friends_full" | "blocked_full"> };

const REFUSED: Refused = { ok: false, code: "friend_refused" };
/** No id holds a `|`, so no two pairs have the same key. */
const PLAYER_ID = /^[A-Za-z0-9_-]{1,64}$/;
const MOST_TRIES = 20;
const DUPLICATE_KEY = 11_000;

const relationSchema = new Schema<RelationDocument>(
  {
    _id: { type: String, required: true },
    low: { type: String, required: true },
    high: { type: String, required: true },
    friends: { type: String, required: true },
    lowBlocks: { type: Boolean, required: true },
    highBlocks: { type: Boolean, required: true },
    lowBlockedAt: Date,
    highBlockedAt: Date,
    changedAt: { type: Date, required: true },
  },
  { collection: "relations", versionKey: false, autoIndex: false },
);
relationSchema.index({ low: 1, friends: 1 });
relationSchema.index({ high: 1, friends: 1 });

export class RelationStore {
  readonly #model: Model<RelationDocument>;
  readonly #options: RelationOptions;

  constructor(connection: Connection, options: RelationOptions) {
    this.#model = connection.model<RelationDocument>("Relation", relationSchema);
    this.#options = options;
  }

  /** Asks for friendship; where the other has asked before, they are friends now. */
  async ask(from: string, to: string, now: Date): Promise<AskResult> {
    const pair = pairOf(from, to);
    if (!pair || !(await this.#exist(from, to))) return REFUSED;
    const theirs: Side = pair.own === "low" ? "high" : "low";
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const found = await this.#model.findById(pair._id).lean();
      if (found?.lowBlocks || found?.highBlocks) return REFUSED;
      const friends = found?.friends ?? "no";
      if (friends === "yes") return { ok: true, state: "friends" };
      if (friends === pair.own) return { ok: true, state: "asked" };
      if (await this.#isFull(from, to, friends === "no")) return { ok: false, code: "friends_full" };
      const next = friends === theirs ? "yes" : pair.own;
      if (await this.#change(pair, friends, next, now))
        return { ok: true, state: next === "yes" ? "friends" : "asked" };
    }
    throw new ArenaError("overloaded");
  }

  /** Ends a friendship, takes a request back, or declines one; nothing happens where there is none. */
  async remove(one: string, other: string, now: Date): Promise<void> {
    const pair = pairOf(one, other);
    if (!pair) return;
    await this.#model.updateOne(
      { _id: pair._id, friends: trusted({ $ne: "no" }) },
      { $set: { friends: "no", changedAt: now } },
    );
    await this.#dropEmpty(pair._id);
  }

  async block(from: string, to: string, now: Date): Promise<{ ok: true } | Refused> {
    const pair = pairOf(from, to);
    if (!pair || !(await this.#exist(from, to))) return REFUSED;
    const blocked = await this.blockedBy(from);
    if (!blocked.includes(to) && blocked.length >= this.#options.maxBlocked)
      return { ok: false, code: "blocked_full" };
    const { _id, low, high, own } = pair;
    const [mine, theirs] =
      own === "low" ? (["lowBlocks", "highBlocks"] as const) : (["highBlocks", "lowBlocks"] as const);
    const update = {
      $set: { friends: "no" as const, [mine]: true, [`${own}BlockedAt`]: now, changedAt: now },
      $setOnInsert: { low, high, [theirs]: false },
    };
    await this.#upsert({ _id }, update);
    return { ok: true };
  }

  async unblock(from: string, to: string, now: Date): Promise<void> {
    const pair = pairOf(from, to);
    if (!pair) return;
    const { _id, own } = pair;
    await this.#model.updateOne(
      { _id, [`${own}Blocks`]: true },
      { $set: { [`${own}Blocks`]: false, changedAt: now }, $unset: { [`${own}BlockedAt`]: 1 } },
    );
    await this.#dropEmpty(_id);
  }

  async friendsOf(playerId: string): Promise<string[]> {
    const found = await this.#of(playerId, "yes", "yes");
    return found.map((relation) => otherOf(relation, playerId));
  }

  async requestsOf(playerId: string): Promise<{ incoming: string[]; outgoing: string[] }> {
    const [incoming, outgoing] = await Promise.all([
      this.#of(playerId, "high", "low"),
      this.#of(playerId, "low", "high"),
    ]);
    return {
      incoming: incoming.map((relation) => otherOf(relation, playerId)),
      outgoing: outgoing.map((relation) => otherOf(relation, playerId)),
    };
  }

  /** Whom the player blocks. */
  async blockedBy(playerId: string): Promise<string[]> {
    const [low, high] = await Promise.all([
      this.#model.find({ low: playerId, lowBlocks: true }).lean(),
      this.#model.find({ high: playerId, highBlocks: true }).lean(),
    ]);
    return [...low, ...high].map((relation) => otherOf(relation, playerId));
  }

  /** Those pairs among the players of whom one blocks the other. */
  async blocksAmong(playerIds: readonly string[]): Promise<[string, string][]> {
    const among = trusted({ $in: [...playerIds] });
    const found = await this.#model.find({ low: among, high: trusted({ $in: [...playerIds] }) }).lean();
    return found
      .filter(({ lowBlocks, highBlocks }) => lowBlocks || highBlocks)
      .map(({ low, high }) => [low, high]);
  }

  /** What stands about the player, for an export; who blocks the player is not told. */
  async exportOf(playerId: string): Promise<{ playerId: string; state: string; changedAt: Date }[]> {
    const [low, high] = await Promise.all([
      this.#model.find({ low: playerId }).lean(),
      this.#model.find({ high: playerId }).lean(),
    ]);
    return [...low, ...high].flatMap((relation) => {
      const own: Side = relation.low === playerId ? "low" : "high";
      const other = otherOf(relation, playerId);
      if (relation[`${own}Blocks`])
        return [
          { playerId: other, state: "blocked", changedAt: relation[`${own}BlockedAt`] ?? relation.changedAt },
        ];
      const state = stateOf(relation.friends, own);
      return state === "none" ? [] : [{ playerId: other, state, changedAt: relation.changedAt }];
    });
  }

  /** Everything that stands about a player, gone. */
  async forget(playerId: string): Promise<void> {
    await this.#model.deleteMany({ low: playerId });
    await this.#model.deleteMany({ high: playerId });
  }

  /** Relations in which the player is the lower id and `asLow` stands, or the higher and `asHigh` does. */
  async #of(
    playerId: string,
    asLow: RelationDocument["friends"],
    asHigh: RelationDocument["friends"],
  ): Promise<RelationDocument[]> {
    const [low, high] = await Promise.all([
      this.#model.find({ low: playerId, friends: asLow }).lean(),
      this.#model.find({ high: playerId, friends: asHigh }).lean(),
    ]);
    return [...low, ...high];
  }

  /** Of accounts that are not deleted: a token may outlive one. */
  async #exist(...playerIds: string[]): Promise<boolean> {
    const found = await Promise.all(playerIds.map((playerId) => this.#options.exists(playerId)));
    return found.every(Boolean);
  }

  /**
   * Whether one of the two has no room for the other. Requests that others have sent take none of a player's room, or
   * strangers could fill it; where too many wait, the oldest gives way.
   * @param asks whether a request is added, not one accepted.
   */
  async #isFull(from: string, to: string, asks: boolean): Promise<boolean> {
    const { maxFriends } = this.#options;
    const [own, theirs, asked] = [
      await this.friendsOf(from),
      await this.friendsOf(to),
      await this.requestsOf(from),
    ];
    if (theirs.length >= maxFriends) return true;
    if (own.length + (asks ? asked.outgoing.length : 0) >= maxFriends) return true;
    if (asks) await this.#makeRoom(to);
    return false;
  }

  async #makeRoom(playerId: string): Promise<void> {
    const incoming = await this.#of(playerId, "high", "low");
    const oldestFirst = incoming.toSorted((a, b) => a.changedAt.getTime() - b.changedAt.getTime());
    for (const relation of oldestFirst.slice(0, Math.max(0, incoming.length + 1 - this.#options.maxFriends)))
      await this.remove(relation.low, relation.high, relation.changedAt);
  }

  /** @returns false when something else stands there by now. */
  async #change(
    { _id, low, high }: Pair,
    before: RelationDocument["friends"],
    next: RelationDocument["friends"],
    now: Date,
  ): Promise<boolean> {
    const expected: Partial<RelationDocument> = { _id, friends: before, lowBlocks: false, highBlocks: false };
    const update = { $set: { friends: next, changedAt: now }, $setOnInsert: { low, high } };
    if (before === "no") return this.#upsert(expected, update);
    return (await this.#model.updateOne(expected, { $set: update.$set })).matchedCount === 1;
  }

  async #upsert(filter: Partial<RelationDocument>, update: object): Promise<boolean> {
    for (let tries = 0; ; tries += 1) {
      try {
        await this.#model.updateOne(filter, update, { upsert: true });
        return true;
      } catch (error) {
        if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
        // By its id alone it must be found at the next try; with an expectation, something else stands there.
        if (Object.keys(filter).length > 1 || tries > MOST_TRIES) return false;
      }
    }
  }

  async #dropEmpty(_id: string): Promise<void> {
    await this.#model.deleteOne({ _id, friends: "no", lowBlocks: false, highBlocks: false });
  }
}

interface Pair {
  _id: string;
  low: string;
  high: string;
  /** Which of the two is the first one named. */
  own: Side;
}

function pairOf(own: string, other: string): Pair | undefined {
  if (own === other || !PLAYER_ID.test(own) || !PLAYER_ID.test(other)) return undefined;
  const [low, high] = own < other ? [own, other] : [other, own];
  return { _id: `${low}|${high}`, low, high, own: own === low ? "low" : "high" };
}

function otherOf({ low, high }: RelationDocument, playerId: string): string {
  return low === playerId ? high : low;
}

function stateOf(
  friends: RelationDocument["friends"],
  own: Side,
): "friends" | "asked" | "was asked" | "none" {
  if (friends === "yes") return "friends";
  if (friends === "no") return "none";
  return friends === own ? "asked" : "was asked";
}
