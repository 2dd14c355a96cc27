/**
 * Sends a room's patches by two ways. Every client of a room with unreliable fields gets them: over its lane where
 * that is open, else merged into the ordinary patch, so that a client that knows nothing of lanes sees one Colyseus patch
 * with everything. On a lane the time and the acknowledged input travel with the unreliable fields, because what a
 * client predicts is corrected by fields and acknowledgement of the same instant.
 *
 * Clients are equipped when they first stand in a patch, which covers those that came back without joining anew.
 */
import { type Client, Protocol, type Room } from "@colyseus/core";
import { hasUnreliableFields } from "../colyseus-internals.ts";
import { codeOf, lanePatch, mergePatches, withoutTiming } from "./patch-frames.ts";

/** The lane of one client: undefined, or false from `send`, while the ordinary connection has to do. */
export interface PatchLane {
  send(patch: Uint8Array): boolean;
}

export function routePatches(room: Room, laneOf: (client: Client) => PatchLane | undefined): void {
  const broadcastPatch = room.broadcastPatch.bind(room);
  const routes = new WeakMap<Client, Route>();
  room.broadcastPatch = (): boolean => {
    if (!hasUnreliableFields(room)) return broadcastPatch();
    for (const client of room.clients) {
      if (!routes.has(client)) routes.set(client, new Route(client, () => laneOf(client)));
    }
    const changed = broadcastPatch();
    for (const client of room.clients) routes.get(client)?.release();
    return changed;
  };
}

class Route {
  readonly #raw: Client["raw"];
  readonly #laneOf: () => PatchLane | undefined;
  /** The reliable half of a patch whose other half may follow in the same turn. */
  #held: Uint8Array | undefined;
  #sequence = 0;

  constructor(client: Client, laneOf: () => PatchLane | undefined) {
    this.#raw = client.raw.bind(client);
    this.#laneOf = laneOf;
    client.raw = (data, options, done) => this.#send(data, options, done);
    client.rawUnreliable = (data) => this.#sendUnreliable(data);
  }

  /** The patch had no unreliable half. */
  release(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held) this.#raw(held);
  }

  #send(...[data, options, done]: Parameters<Client["raw"]>): void {
    this.release();
    const code = codeOf(data);
    if (code === Protocol.ROOM_STATE_PATCH) {
      // A patch without timing is a piece of the encoder's own buffer, which the other half is about to take.
      this.#held = Buffer.from(data);
      return;
    }
    if (code === Protocol.ROOM_STATE) this.#sequence = 0;
    this.#raw(data, options, done);
  }

  #sendUnreliable(data: Uint8Array): void {
    const held = this.#held ?? Uint8Array.of(Protocol.ROOM_STATE_PATCH);
    this.#held = undefined;
    const lane = this.#laneOf();
    if (lane) {
      const patch = lanePatch(held, data, this.#sequence + 1);
      if (lane.send(patch)) {
        this.#sequence += 1;
        const rest = withoutTiming(held);
        if (rest) this.#raw(rest);
        return;
      }
    }
    this.#raw(mergePatches(held, data));
  }
}
