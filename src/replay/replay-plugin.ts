/**
 * Records a room's matches, so that they can be watched and their results verified. The room says what a recording
 * begins with and appends what its simulation consumes; what the bytes mean is between it and the game's `ReplayGame`.
 * Needs a room that is defined through `defineArena`.
 *
 * ```ts
 * plugins = definePlugins({ match: new MatchPlugin(), replay: new ReplayPlugin() });
 * // a match begins:  const { matchId, seed } = this.plugins.match.begin({ mode, map });
 * //                  this.plugins.replay.begin({ matchId, mode, map, tickRate: 30, setup: { seed } });
 * // each tick:       this.plugins.replay.append(bytes);
 * // it ends:         const replay = this.plugins.replay.finish({ players });
 * //                  await this.plugins.match.finish(standings, fighters, bots, replay);
 * ```
 * Order: `setup` is copied by `begin`, bytes by `append`, so both may be used again at once. `finish` ends the recording
 * before it returns: a next match may begin while the file of the last is still being written.
 *
 * Bounded: the body by `replays.mostMatchBytes`, the header by `MOST_HEADER_BYTES`. At a bound the recording stops, which
 * is logged once, and the match has no replay. Nothing here throws for storage's sake or fails a match.
 *
 * A room that is disposed of drops what runs. What the plugin does not do: say what became of a match (`MatchPlugin`).
 */
import { logger, RoomPlugin } from "@colyseus/core";
import { RecordingBuffer } from "./recording-buffer.ts";
import { encodeHeader, type ReplayHeader } from "./replay-file.ts";

/** What the plugin needs of `options.arena`, which the arena hands to every room it creates. */
export interface ReplayServices {
  build: string;
  /** Absent: nothing is recorded. */
  replays?: {
    mostMatchBytes: number;
    /** Keeps a recording. Never rejects. @returns its name, or undefined when it could not be kept: that was logged. */
    keep: (header: ReplayHeader, body: Uint8Array) => Promise<string | undefined>;
  };
}

/** What a recording is of. */
export interface RecordingSetup {
  matchId: string;
  mode: string;
  map: string;
  /** Ticks a second. */
  tickRate: number;
  /** Anything that JSON can hold: what the game's `run` is given. */
  setup: unknown;
  /** Anything that JSON can hold, for whoever lists or shows the recording; `finish` may give a later one. */
  about?: unknown;
  /** Fingerprint of the game's schemas. */
  schema?: string;
}

/** Where a recording is kept. */
export interface ReplayReference {
  replay: string;
}

interface Recording {
  header: ReplayHeader;
  body: RecordingBuffer;
}

export class ReplayPlugin extends RoomPlugin {
  override readonly pluginName = "replay" as const;
  #arena: ReplayServices | undefined;
  #recording: Recording | undefined;

  protected override onCreate(options: { arena?: ReplayServices }): void {
    if (!options.arena) throw new Error("ReplayPlugin: this room was not defined through defineArena");
    this.#arena = options.arena;
  }

  protected override onDispose(): void {
    this.discard();
  }

  /** Whether what is appended is kept: a room may save itself the work of encoding otherwise. */
  get recording(): boolean {
    return this.#recording !== undefined;
  }

  /** Starts a recording; one that was running and never finished is dropped. */
  begin({ about, schema = "", ...setup }: RecordingSetup): void {
    this.#recording = undefined;
    const { replays, build } = this.#arena ?? {};
    if (!replays || build === undefined || replays.mostMatchBytes === 0) return;
    const written = encodeHeader({
      game: this.room.roomName,
      build,
      schema,
      startedAt: new Date().toISOString(),
      ...setup,
      about: about ?? null,
    });
    if (!written) return this.#stop(setup.matchId, "its setup is too long, or no JSON");
    // What the room's objects become later is no part of it.
    const header = JSON.parse(new TextDecoder().decode(written)) as ReplayHeader;
    this.#recording = { header, body: new RecordingBuffer(replays.mostMatchBytes) };
  }

  /** Adds to the body; without a recording that runs it does nothing. */
  append(bytes: Uint8Array): void {
    const recording = this.#recording;
    if (!recording || recording.body.append(bytes)) return;
    this.#stop(recording.header.matchId, "it is longer than replays.mostMatchBytes");
  }

  /**
   * Ends the recording and keeps it. Never rejects.
   * @param about in place of what `begin` was given.
   * @returns where it is kept, or undefined when nothing was recorded or it could not be kept.
   */
  async finish(about?: unknown): Promise<ReplayReference | undefined> {
    const recording = this.#recording;
    const replays = this.#arena?.replays;
    this.#recording = undefined;
    if (!recording || !replays) return undefined;
    const header = about === undefined ? recording.header : { ...recording.header, about };
    const name = await replays.keep(header, recording.body.take());
    return name === undefined ? undefined : { replay: name };
  }

  /** Drops what is recorded: a match that counts for nobody. */
  discard(): void {
    this.#recording = undefined;
  }

  #stop(matchId: string, reason: string): void {
    this.#recording = undefined;
    logger.warn(
      { matchId, room: this.room.roomName, reason },
      "the recording stopped: no replay of this match",
    );
  }
}
