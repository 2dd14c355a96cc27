/**
 * Sends a room's patches by two ways. Every client of a room with unreliable fields gets them: over its lane where
 * that is open, else merged into the ordinary patch, so that a client that knows nothing of lanes sees one Colyseus patch
 * with everything. On a lane the time and the acknowledged input travel with the unreliable fields, because what a
 * client predicts is corrected by fields and acknowledgement of the same instant.
 *
 * A value that is lost on a lane is usually old by then. For those that were the last for a while, every sixth patch
 * holds the unreliable fields of one structure whole, in turn, as long as somebody has a lane.
 *
 * Clients are equipped when they first stand in a patch, which covers those that came back without joining anew. In a
 * room without unreliable fields nothing happens at all.
 */
import { type Client, ClientState, Protocol, ProtocolModifier, type Room } from "@colyseus/core";
import { expectUnreliablePatches, hasUnreliableFields, refreshUnreliable } from "../colyseus-internals.ts";
import { codeOf, isTimed, lanePatch, mergePatches, withoutTiming } from "./patch-frames.ts";

/** The lane of one client. */
export interface PatchLane {
  /** Whether patches go by it. */
  readonly open: boolean;
  /** @returns false while the ordinary connection has to do. */
  send(patch: Uint8Array): boolean;
  /** A full state went to the client: what was sent before it is void. */
  restart(): void;
}

const PATCHES_PER_REFRESH = 6;

/** The unreliable half of a patch in which nothing unreliable changed. */
const NOTHING = Uint8Array.of(Protocol.ROOM_STATE_PATCH | ProtocolModifier.UNRELIABLE, 0, 0);

/** @param equipped a connection stands in its first patch: of one who joined, or of one who came back. */
export function routePatches(
  room: Room,
  laneOf: (client: Client) => PatchLane | undefined,
  equipped?: (client: Client) => void,
): void {
  const broadcastPatch = room.broadcastPatch.bind(room);
  const routes = new WeakMap<Client, Route>();
  let refreshed = -1;
  let patches = 0;
  room.broadcastPatch = (): boolean => {
    if (!hasUnreliableFields(room)) return broadcastPatch();
    expectUnreliablePatches(room);
    for (const client of room.clients) {
      if (routes.has(client)) continue;
      routes.set(client, new Route(client, () => laneOf(client)));
      // Its full state went out unseen; to one who is still joining it will not.
      if (client.state === ClientState.JOINED) laneOf(client)?.restart();
      equipped?.(client);
    }
    patches += 1;
    if (patches % PATCHES_PER_REFRESH === 0 && room.clients.some((client) => laneOf(client)?.open))
      refreshed = refreshUnreliable(room, refreshed);
    const changed = broadcastPatch();
    for (const client of room.clients) routes.get(client)?.release();
    return changed;
  };
}

class Route {
  readonly #raw: Client["raw"];
  readonly #laneOf: () => PatchLane | undefined;
  /**
   * The reliable half of a patch whose other half may follow in the same turn. Colyseus writes two of them where only
   * a view changed: what changed, and then the time alone.
   */
  #held: Uint8Array | undefined;
  #sequence = 0;

  constructor(client: Client, laneOf: () => PatchLane | undefined) {
    this.#raw = client.raw.bind(client);
    this.#laneOf = laneOf;
    client.raw = (data, options, done) => this.#send(data, options, done);
    client.rawUnreliable = (data) => this.#sendBoth(data);
  }

  /** The patch had no unreliable half. */
  release(): void {
    const held = this.#held;
    if (!held) return;
    // The time goes by one way only.
    if (isTimed(held)) return this.#sendBoth(NOTHING);
    this.#held = undefined;
    this.#raw(held);
  }

  #send(...[data, options, done]: Parameters<Client["raw"]>): void {
    const code = codeOf(data);
    if (code === Protocol.ROOM_STATE_PATCH) {
      // A patch without timing is a piece of the encoder's own buffer, which the other half is about to take.
      this.#held = this.#held ? mergePatches(this.#held, data) : Buffer.from(data);
      return;
    }
    this.release();
    this.#raw(data, options, done);
    if (code !== Protocol.ROOM_STATE) return;
    this.#sequence = 0;
    this.#laneOf()?.restart();
  }

  #sendBoth(unreliable: Uint8Array): void {
    const held = this.#held ?? Uint8Array.of(Protocol.ROOM_STATE_PATCH);
    this.#held = undefined;
    const lane = this.#laneOf();
    if (lane?.send(lanePatch(held, unreliable, this.#sequence + 1))) {
      this.#sequence += 1;
      const rest = withoutTiming(held);
      if (rest) this.#raw(rest);
      return;
    }
    this.#raw(mergePatches(held, unreliable));
  }
}
