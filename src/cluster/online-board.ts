/**
 * Who is online, and what they do, in all of the cluster. Fed by the joins and leaves of this process' rooms; what a
 * player does here stands in one hash of Colyseus' Presence, under the process and the player, and is told on the
 * player's channel when it changes. Of several activities the weightiest counts, wherever it is.
 *
 * A process that lives has a topic of its own; entries of one without count as offline, and are removed when they were
 * seen a few times: a process that dies cannot clean up. (Colyseus' statistics would not do: a killed process stays in
 * them until somebody asks it, and one that drains leaves them while its players still play.) Of a machine that loses
 * its power Redis learns when the connection's keepalive ends, so its players look online until then.
 *
 * The hash is read at most every `FRESH_MS` while somebody asks, and every `REREAD_MS` anyway, which also mends what
 * this process wrote while Redis was away. In between, news of watched players bring it up to date. Nothing here throws
 * into a room: while Redis is away, which is logged once, everybody who is not in this process is offline.
 */
import { type Client, matchMaker, type Presence, type RegisteredHandler } from "@colyseus/core";
import type { Logger } from "../observability/logger.ts";
import type { PlayerChannel } from "./player-channel.ts";
import type { Activity } from "./social-services.ts";

const HASH = "arena:online";
const LIVING = "arena:online:";
const CHANGED = "activity";
/** In the order of rising weight: of several the last counts. */
const ACTIVITIES: readonly Activity[] = ["", "lobby", "party", "custom", "queue", "match"];
const FRESH_MS = 2000;
const REREAD_MS = 10_000;
/** Commands wait far longer while Redis is away; whoever asks who is online does not. */
const PATIENCE_MS = 1500;
/** How often a process is missed before its entries are removed: its connection may be coming back. */
const MISSED_READS = 3;

type Changed = (activity: Activity) => void;
/** What one process says of one player. */
type News = readonly [playerId: string, processId: string, activity: Activity];

interface Watched {
  /** As the listeners know it. */
  activity: Activity;
  listeners: Set<Changed>;
  end: () => void;
}

export class OnlineBoard {
  readonly #presence: Presence;
  readonly #channel: PlayerChannel;
  readonly #log: Logger;
  readonly #ownId: () => string;
  /** Of this process: the sessions of each player. */
  readonly #sessions = new Map<string, Map<string, Activity>>();
  readonly #watched = new Map<string, Watched>();
  readonly #missed = new Map<string, number>();
  /** Of other processes that live: by player, then by process. */
  #others = new Map<string, Map<string, Activity>>();
  #reading: { done: Promise<void>; news: News[] } | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #away = false;
  #stopped = false;

  /** @param ownId of this process; Colyseus knows it once it listens. */
  constructor(presence: Presence, channel: PlayerChannel, log: Logger, ownId = () => matchMaker.processId) {
    this.#presence = presence;
    this.#channel = channel;
    this.#log = log;
    this.#ownId = ownId;
  }

  /** The rooms `lobby`, `party`, `custom` and `queue` are what they are called; every other one is a match. */
  watchRooms(name: string, handler: RegisteredHandler): void {
    const activity = ACTIVITIES.find((known) => known === name) ?? "match";
    handler.on("join", (_room, client) => this.joined(playerOf(client), client.sessionId, activity));
    handler.on("leave", (_room, client) => this.left(playerOf(client), client.sessionId));
  }

  joined(playerId: string | undefined, sessionId: string, activity: Activity): void {
    if (playerId === undefined) return;
    this.#start();
    const sessions = this.#sessions.get(playerId) ?? new Map<string, Activity>();
    this.#sessions.set(playerId, sessions);
    this.#note(playerId, () => sessions.set(sessionId, activity));
  }

  left(playerId: string | undefined, sessionId: string): void {
    const sessions = playerId === undefined ? undefined : this.#sessions.get(playerId);
    if (playerId === undefined || !sessions) return;
    this.#note(playerId, () => {
      sessions.delete(sessionId);
      if (sessions.size === 0) this.#sessions.delete(playerId);
    });
  }

  async activitiesOf(playerIds: readonly string[]): Promise<Map<string, Activity>> {
    await this.#refresh();
    return new Map(playerIds.map((playerId) => [playerId, this.#activityOf(playerId)]));
  }

  /** @returns ends it. */
  watch(playerId: string, changed: Changed): () => void {
    this.#start();
    const watched = this.#watched.get(playerId) ?? this.#open(playerId);
    // Its own function, so that watching twice ends twice.
    const listener: Changed = (activity) => changed(activity);
    watched.listeners.add(listener);
    return () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size > 0 || this.#watched.get(playerId) !== watched) return;
      this.#watched.delete(playerId);
      watched.end();
    };
  }

  async counts(): Promise<{ online: number; playing: number }> {
    await this.#refresh();
    const playerIds = new Set([...this.#others.keys(), ...this.#sessions.keys()]);
    let playing = 0;
    for (const playerId of playerIds) if (this.#activityOf(playerId) === "match") playing += 1;
    return { online: playerIds.size, playing };
  }

  /** Takes this process off the board, and everybody in it who is left. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    if (!this.#timer) return;
    const playerIds = [...this.#sessions.keys()];
    this.#sessions.clear();
    for (const playerId of playerIds) this.#write(playerId);
    this.#attempt(() => this.#presence.unsubscribe(LIVING + this.#ownId(), noted));
  }

  /** Not at once: this process has no id before it listens. */
  #start(): void {
    if (this.#timer || this.#stopped) return;
    this.#timer = setInterval(() => void this.#refresh(), REREAD_MS).unref();
    this.#attempt(() => this.#presence.subscribe(LIVING + this.#ownId(), noted));
  }

  #open(playerId: string): Watched {
    const end = this.#channel.listen(playerId, (type, message) => {
      if (type !== CHANGED || !Array.isArray(message)) return;
      const [processId, activity] = message as [string, Activity];
      if (processId === this.#ownId()) return;
      const news: News = [playerId, processId, activity];
      // What is being read may be older.
      this.#reading?.news.push(news);
      apply(this.#others, news);
      this.#tellWatchers(playerId);
    });
    const watched: Watched = { activity: this.#activityOf(playerId), listeners: new Set(), end };
    this.#watched.set(playerId, watched);
    return watched;
  }

  #tellWatchers(playerId: string): void {
    const watched = this.#watched.get(playerId);
    const activity = this.#activityOf(playerId);
    if (!watched || watched.activity === activity) return;
    watched.activity = activity;
    for (const changed of watched.listeners) {
      try {
        changed(activity);
      } catch (error) {
        this.#log.error({ err: error }, "a listener to a player's activity threw");
      }
    }
  }

  #activityOf(playerId: string): Activity {
    return weightiest([this.#ownOf(playerId), ...(this.#others.get(playerId)?.values() ?? [])]);
  }

  #ownOf(playerId: string): Activity {
    return weightiest(this.#sessions.get(playerId)?.values() ?? []);
  }

  #note(playerId: string, change: () => void): void {
    const before = this.#ownOf(playerId);
    change();
    if (this.#ownOf(playerId) === before) return;
    this.#write(playerId);
    this.#tellWatchers(playerId);
  }

  #write(playerId: string): void {
    const activity = this.#ownOf(playerId);
    const field = `${this.#ownId()}/${playerId}`;
    this.#attempt(async () => {
      if (activity === "") await this.#presence.hdel(HASH, field);
      else await this.#presence.hset(HASH, field, activity);
      this.#channel.tell(playerId, CHANGED, [this.#ownId(), activity]);
    });
  }

  /** What was read is fresh, or is as fresh as can be had. */
  #refresh(): Promise<void> {
    const now = performance.now();
    if (this.#reading) return this.#reading.done;
    if (this.#stopped || now < this.#readAt + FRESH_MS) return Promise.resolve();
    this.#readAt = now;
    const news: News[] = [];
    const done = within(PATIENCE_MS, this.#read())
      .then(
        (others) => {
          for (const one of news) apply(others, one);
          this.#others = others;
          this.#away = false;
        },
        (error: unknown) => {
          this.#others = new Map();
          this.#failed(error);
        },
      )
      .then(() => {
        this.#reading = undefined;
        for (const playerId of this.#watched.keys()) this.#tellWatchers(playerId);
      });
    this.#reading = { done, news };
    return done;
  }

  async #read(): Promise<Map<string, Map<string, Activity>>> {
    const [hash, topics] = await Promise.all([
      this.#presence.hgetall(HASH),
      this.#presence.channels(`${LIVING}*`),
    ]);
    const living = new Set(topics.map((topic) => topic.slice(LIVING.length)));
    const others = new Map<string, Map<string, Activity>>();
    const written = new Map<string, Activity>();
    const gone = new Map<string, string[]>();
    for (const [field, activity] of Object.entries(hash) as [string, Activity][]) {
      const slash = field.indexOf("/");
      const [processId, playerId] = [field.slice(0, slash), field.slice(slash + 1)];
      if (processId === this.#ownId()) written.set(playerId, activity);
      else if (living.has(processId)) apply(others, [playerId, processId, activity]);
      else gone.set(processId, [...(gone.get(processId) ?? []), field]);
    }
    this.#mend(written);
    this.#sweep(gone);
    return others;
  }

  /** What was lost while Redis was away, or with it. */
  #mend(written: ReadonlyMap<string, Activity>): void {
    for (const playerId of new Set([...written.keys(), ...this.#sessions.keys()]))
      if ((written.get(playerId) ?? "") !== this.#ownOf(playerId)) this.#write(playerId);
  }

  #sweep(gone: ReadonlyMap<string, readonly string[]>): void {
    for (const processId of this.#missed.keys()) if (!gone.has(processId)) this.#missed.delete(processId);
    for (const [processId, fields] of gone) {
      const missed = (this.#missed.get(processId) ?? 0) + 1;
      this.#missed.set(processId, missed);
      if (missed < MISSED_READS) continue;
      for (const field of fields) this.#attempt(() => this.#presence.hdel(HASH, field));
    }
  }

  /** At once, so that what is asked for first is done first. */
  #attempt(action: () => unknown): void {
    void (async () => action())().catch((error: unknown) => this.#failed(error));
  }

  #failed(error: unknown): void {
    if (!this.#away && !this.#stopped)
      this.#log.warn({ err: error }, "who is online cannot be read or written: presence is away");
    this.#away = true;
  }
}

function playerOf(client: Client): string | undefined {
  return (client.auth as { playerId?: string } | undefined)?.playerId;
}

function apply(all: Map<string, Map<string, Activity>>, [playerId, processId, activity]: News): void {
  const known = all.get(playerId) ?? new Map<string, Activity>();
  if (activity === "") known.delete(processId);
  else known.set(processId, activity);
  if (known.size === 0) all.delete(playerId);
  else all.set(playerId, known);
}

function weightiest(activities: Iterable<Activity>): Activity {
  let weight = 0;
  for (const activity of activities) weight = Math.max(weight, ACTIVITIES.indexOf(activity));
  return ACTIVITIES[weight] ?? "";
}

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, tooLate]).finally(() => clearTimeout(timer));
}

/** A topic without anything to say: that somebody listens is the message. */
function noted(): void {}
