/**
 * Small rooms with unreliable fields, and clients that come to them with and without a lane. The lane's client side is
 * the published one, over node-datachannel's RTCPeerConnection, whose cable can be cut.
 */
import {
  definePlugins,
  matchMaker,
  Protocol,
  type Client as ServerClient,
  Room as ServerRoom,
} from "@colyseus/core";
import { type SchemaType, StateView, schema, t } from "@colyseus/schema";
import { Client, type Room } from "@colyseus/sdk";
import { RTCPeerConnection } from "node-datachannel/polyfill";
import {
  type CreatePeer,
  type LaneChannel,
  type LaneConnection,
  openLane,
  type UnreliableLane,
} from "../../sdk/unreliable-lane.ts";
import { requirePlayer, UnreliableLanePlugin } from "../../src/index.ts";
import { signInGuest, until } from "./test-arena.ts";

export const LaneInput = schema({ step: t.uint32().default(0) }, "LaneInput");
export type LaneInput = SchemaType<typeof LaneInput>;

export const Mover = schema(
  {
    label: t.string().default(""),
    /** The step of the latest input. */
    x: t.uint32().default(0).unreliable(),
    /** Set once by a test. */
    mark: t.uint16().default(0).unreliable(),
  },
  "Mover",
);
export type Mover = SchemaType<typeof Mover>;

export const LaneState = schema(
  {
    tick: t.uint32().default(0).unreliable(),
    score: t.uint16().default(0),
    movers: t.map(Mover),
  },
  "LaneState",
);
export type LaneState = SchemaType<typeof LaneState>;

/** Steps 30 times a second; every client has a mover, and a second to come back. */
export class LaneRoom extends ServerRoom<{ state: LaneState; input: LaneInput }> {
  static override onAuth = requirePlayer;
  override state = new LaneState();
  override patchRate = 1000 / 30;
  override inputs = this.defineInput(LaneInput);
  override plugins = definePlugins({ lane: new UnreliableLanePlugin() });

  override onCreate(): void {
    this.setFixedTimestep(() => this.#tick(), 30);
    this.patchRate = 1000 / 30;
  }

  override onJoin({ sessionId }: ServerClient): void {
    const mover = new Mover();
    mover.label = sessionId;
    this.state.movers.set(sessionId, mover);
  }

  override onDrop(client: ServerClient): void {
    this.allowReconnection(client, 10).catch(() => undefined);
  }

  override onLeave({ sessionId }: ServerClient): void {
    this.state.movers.delete(sessionId);
  }

  #tick(): void {
    this.state.tick += 1;
    this.state.movers.forEach((mover, sessionId) => {
      for (const { step } of this.inputs.get(sessionId).drain()) mover.x = step;
    });
  }
}

export const ViewState = schema(
  { tick: t.uint32().default(0).unreliable(), secrets: t.map(Mover).view() },
  "ViewState",
);
export type ViewState = SchemaType<typeof ViewState>;

/** Each client sees its own secret alone. All of them count ticks. Patches are timed, as in a room that takes inputs. */
export class ViewRoom extends ServerRoom<{ state: ViewState; input: LaneInput }> {
  static override onAuth = requirePlayer;
  override state = new ViewState();
  override inputs = this.defineInput(LaneInput);
  override plugins = definePlugins({ lane: new UnreliableLanePlugin() });

  override onCreate(): void {
    this.setFixedTimestep(() => {
      this.state.tick += 1;
      for (const secret of this.state.secrets.values()) secret.x = this.state.tick;
    }, 30);
    this.patchRate = 1000 / 30;
  }

  override onJoin(client: ServerClient): void {
    const secret = new Mover();
    this.state.secrets.set(client.sessionId, secret);
    client.view = new StateView();
    client.view.add(secret);
  }

  override onLeave(client: ServerClient): void {
    client.view?.dispose();
  }
}

const QuietState = schema({ tick: t.uint32().default(0) }, "QuietState");

/** Has the plugin, and nothing for it to do. */
export class QuietRoom extends ServerRoom<{ state: SchemaType<typeof QuietState> }> {
  static override onAuth = requirePlayer;
  override state = new QuietState();
  override plugins = definePlugins({ lane: new UnreliableLanePlugin() });

  override onCreate(): void {
    this.setFixedTimestep(() => (this.state.tick += 1), 30);
  }
}

/** A data channel's way through the network: what is sent while it is cut is gone. */
export class Cable {
  up = true;
  down = true;
  /** The latest peer that was made, for a test that wants to close it, and its channel. */
  peer: LaneConnection | undefined;
  channel: LaneChannel | undefined;
  /** Heads of the datagrams that the client sent, and of those that came. */
  readonly sent: number[] = [];
  readonly received: Uint8Array[] = [];
  /** Sends in the client's name, whatever it is. */
  sendRaw: (data: Uint8Array) => void = () => undefined;

  readonly createPeer: CreatePeer = (configuration) => {
    const peer = new RTCPeerConnection(configuration as never) as unknown as LaneConnection;
    const create = peer.createDataChannel.bind(peer);
    peer.createDataChannel = (label, options) => this.#wrap(create(label, options));
    this.peer = peer;
    return peer;
  };

  cut(): void {
    this.up = false;
    this.down = false;
  }

  mend(): void {
    this.up = true;
    this.down = true;
  }

  #wrap(channel: LaneChannel): LaneChannel {
    const send = channel.send.bind(channel);
    const listen = channel.addEventListener.bind(channel);
    this.channel = channel;
    this.sendRaw = (data) => send(data as never);
    channel.send = (data: Uint8Array) => {
      this.sent.push(data[0] ?? 0);
      if (this.up) send(data as never);
    };
    channel.addEventListener = (type, listener) => {
      if (type !== "message") return listen(type, listener);
      listen(type, (event: { data: ArrayBuffer }) => {
        if (!this.down) return;
        this.received.push(new Uint8Array(event.data));
        listener(event as never);
      });
    };
    return channel;
  }
}

export interface LaneVisit<State> {
  room: Room<unknown, State>;
  /** "off" for good without a cable. */
  lane: UnreliableLane | undefined;
  /** All that came by the WebSocket after the first state. */
  frames: Uint8Array[];
  leave(): Promise<void>;
}

/** @param cable none for an SDK as it is. */
export async function visitRoom<State = LaneState>(
  url: string,
  name = "lane",
  cable?: Cable,
): Promise<LaneVisit<State>> {
  const client = new Client(url);
  client.auth.token = (await signInGuest(url)).token;
  return enterRoom(await client.joinOrCreate(name), cable);
}

export async function enterRoom<State = LaneState>(joined: Room, cable?: Cable): Promise<LaneVisit<State>> {
  const room = joined as Room<unknown, State>;
  Object.assign(room.reconnection, { minUptime: 0, delay: 20, minDelay: 20 });
  const lane = cable && openLane(room, { createPeer: cable.createPeer });
  const frames: Uint8Array[] = [];
  const { events } = room.connection;
  const take = events.onmessage;
  let told = false;
  room.onStateChange.once(() => (told = true));
  // Below the lane, which hands its patches over here as well: what those are stands in their heads.
  const look = (event: { data: ArrayBuffer | Uint8Array }): void => {
    const frame = new Uint8Array(event.data);
    if (told && !isLanePatch(frame)) frames.push(frame);
    take?.(event);
  };
  Object.assign(events, { onmessage: look });
  await until(() => told, "the first state");
  const leave = async (): Promise<void> => {
    room.reconnection.enabled = false;
    if (room.connection.isOpen) await room.leave();
    lane?.close();
  };
  return { room, lane, frames, leave };
}

export function serverRoom(room: { roomId: string }): LaneRoom {
  return matchMaker.getLocalRoomById(room.roomId) as LaneRoom;
}

const CODE_MASK = 0x1f;
const UNRELIABLE = 0x40;
export const TIMED = 0x80;

export function isPatch(frame: Uint8Array): boolean {
  return ((frame[0] ?? 0) & CODE_MASK) === Protocol.ROOM_STATE_PATCH;
}

export function isLanePatch(frame: Uint8Array): boolean {
  return isPatch(frame) && ((frame[0] ?? 0) & UNRELIABLE) !== 0;
}
