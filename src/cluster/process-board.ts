/**
 * The processes of a cluster, as each of them sees it: every `beatMs` a process writes its load into one hash of Colyseus'
 * Presence and reads everybody's. New rooms go to the least loaded process that takes some; where none does the caller is
 * told so.
 *
 * One whose beat has not changed for `deadAfterMs` of the reader's own clock (clocks of machines differ), or whose channel
 * nobody listens to any more, is asked over Colyseus' own channel (2 s). Without an answer its rooms and its place in the
 * statistics are removed, by whoever finds it first. One that was thought dead and is not (a long stall, a partition), and
 * all of them after Redis lost its memory, find their entry missing at their next beat and list their rooms again.
 *
 * While the presence is away nobody is declared dead: the clocks begin anew when it is back. Nothing here throws.
 */
import type { Presence } from "@colyseus/core";
import type { Logger } from "../observability/logger.ts";
import type { ProcessLoad } from "./process-load.ts";

const HASH = "arena:processes";
const CHANNELS = "p:";
/** A process that is not there takes that much more load before a room goes elsewhere: the way costs something, too. */
const OWN_ADVANTAGE = 0.05;
/** What a room is thought to cost until the next beat tells. */
const ROOM_COST = 0.02;
/** Of a presence that is away commands wait far longer. */
const PATIENCE_MS = 1500;

/** What Colyseus' matchmaker does for the board. */
export interface ProcessDirectory {
  ownId(): string;
  /** Whether it answers; one that does not is removed from the listing and the statistics. */
  isAlive(processId: string): Promise<boolean>;
  /** Lists this process and its rooms again. */
  enlist(): Promise<void>;
}

export interface ProcessBoardOptions {
  presence: Pick<Presence, "hset" | "hgetall" | "hdel" | "channels">;
  directory: ProcessDirectory;
  measure: () => ProcessLoad;
  beatMs: number;
  deadAfterMs: number;
  /** Above these shares a process takes no new rooms. */
  fullAt: { busy: number; memory: number };
  log: Logger;
}

interface Known {
  beat: number;
  changedAt: number;
  load: ProcessLoad;
  takesRooms: boolean;
  /** Rooms that were sent there since its beat. */
  sent: number;
}

type Entry = Pick<Known, "beat" | "load" | "takesRooms">;

export class ProcessBoard {
  readonly #options: ProcessBoardOptions;
  readonly #known = new Map<string, Known>();
  readonly #asked = new Set<string>();
  #own: Known = {
    beat: 0,
    changedAt: 0,
    load: { busy: 0, memory: 0, players: 0, rooms: 0 },
    takesRooms: true,
    sent: 0,
  };
  #draining = false;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #away = false;

  constructor(options: ProcessBoardOptions) {
    this.#options = options;
  }

  /** Once the matchmaker listens. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.beat(), this.#options.beatMs).unref();
    await this.beat();
  }

  /** Whether the presence answers, as far as the latest beat tells. */
  get isConnected(): boolean {
    return !this.#away;
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  /** Takes no more rooms from now on. */
  drain(): void {
    this.#draining = true;
    this.#own.takesRooms = false;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    await this.#patiently(this.#options.presence.hdel(HASH, this.#options.directory.ownId())).catch(
      () => undefined,
    );
  }

  /** @returns where a new room is to be made; undefined: everybody is full. */
  choose(): string | undefined {
    const ownId = this.#options.directory.ownId();
    const own = { id: ownId, known: this.#own, score: scoreOf(this.#own) - OWN_ADVANTAGE };
    const others = [...this.#known].map(([id, known]) => ({ id, known, score: scoreOf(known) }));
    // Nobody else can be reached without the presence.
    const open = (this.#away ? [own] : [own, ...others]).filter(({ known }) => known.takesRooms);
    const [best] = open.sort((one, other) => one.score - other.score);
    if (best) best.known.sent += 1;
    return best?.id;
  }

  /** As this process knows them, itself included. */
  loads(): ReadonlyMap<string, ProcessLoad> {
    const others = [...this.#known].map(([id, { load }]) => [id, load] as const);
    return new Map([[this.#options.directory.ownId(), this.#own.load], ...others]);
  }

  /** One beat; never two at once. */
  beat(): Promise<void> {
    this.#beating ??= this.#beat()
      .then(
        () => {
          if (this.#away) this.#options.log.info("the presence answers again");
          this.#away = false;
        },
        (error: unknown) => {
          if (!this.#away)
            this.#options.log.warn({ err: error }, "the presence is away: processes are not watched");
          this.#away = true;
          const now = performance.now();
          for (const known of this.#known.values()) known.changedAt = now;
        },
      )
      .finally(() => {
        this.#beating = undefined;
      });
    return this.#beating;
  }

  async #beat(): Promise<void> {
    const { presence, directory, measure, fullAt } = this.#options;
    const load = measure();
    const isFull = load.busy > fullAt.busy || load.memory > fullAt.memory;
    if (isFull && this.#own.takesRooms)
      this.#options.log.warn(load, "this process takes no new rooms: it is full");
    const takesRooms = !isFull && !this.#draining;
    const beat = this.#own.beat + 1;
    Object.assign(this.#own, { beat, load, takesRooms, sent: 0 });
    const ownId = directory.ownId();
    const [entries, channels] = await this.#patiently(
      Promise.all([presence.hgetall(HASH), presence.channels(`${CHANNELS}*`)]),
    );
    // It stood there after the first beat, so it was removed since, or the presence has forgotten everything.
    if (beat > 1 && entries[ownId] === undefined) {
      this.#options.log.warn("this process was not listed any more: its rooms are listed again");
      await this.#patiently(directory.enlist());
    }
    await this.#patiently(
      Promise.resolve(presence.hset(HASH, ownId, JSON.stringify({ beat, load, takesRooms } satisfies Entry))),
    );
    this.#note(entries, new Set(channels.map((channel) => channel.slice(CHANNELS.length))));
  }

  #note(entries: Record<string, string>, listening: ReadonlySet<string>): void {
    const now = performance.now();
    const ownId = this.#options.directory.ownId();
    for (const [id, text] of Object.entries(entries)) {
      if (id === ownId) continue;
      const entry = parse(text);
      if (!entry) continue;
      const before = this.#known.get(id);
      if (before?.beat !== entry.beat) this.#known.set(id, { ...entry, changedAt: now, sent: 0 });
      const { changedAt } = this.#known.get(id) as Known;
      // Whoever reads for the first time cannot know whether it still beats, but whether it listens.
      if (!listening.has(id) || now - changedAt > this.#options.deadAfterMs) void this.#ask(id);
    }
    for (const id of this.#known.keys()) if (entries[id] === undefined) this.#known.delete(id);
  }

  async #ask(id: string): Promise<void> {
    if (this.#asked.has(id)) return;
    this.#asked.add(id);
    const { directory, presence, log } = this.#options;
    const known = this.#known.get(id);
    // No room goes there meanwhile.
    if (known) known.takesRooms = false;
    try {
      if (await directory.isAlive(id)) {
        // Busy, not dead: it is asked again when it stays silent as long once more.
        const again = this.#known.get(id);
        if (again) again.changedAt = performance.now();
        return;
      }
      await this.#patiently(presence.hdel(HASH, id));
      this.#known.delete(id);
      log.warn({ processId: id }, "a process is gone: its rooms were removed from the listing");
    } catch (error) {
      log.debug({ err: error, processId: id }, "a process could not be asked");
    } finally {
      this.#asked.delete(id);
    }
  }

  async #patiently<T>(work: Promise<T> | T): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    });
    return Promise.race([Promise.resolve(work), limit]).finally(() => clearTimeout(timer));
  }
}

function scoreOf({ load, sent }: Known): number {
  return Math.max(load.busy, load.memory) + sent * ROOM_COST;
}

/** @returns undefined for what is not ours: whoever else writes to this Redis. */
function parse(text: string): Entry | undefined {
  try {
    const { beat, load, takesRooms } = JSON.parse(text) as Partial<Entry>;
    const isLoad = load && [load.busy, load.memory, load.players, load.rooms].every(Number.isFinite);
    return isLoad && typeof beat === "number" ? { beat, load, takesRooms: takesRooms === true } : undefined;
  } catch {
    return undefined;
  }
}
