/**
 * Every access to what Colyseus keeps private stands here, and `test/room/colyseus-internals.test.ts` fails when an
 * update moves one of them. Verified against `@colyseus/core` 0.18.17 and `@colyseus/schema` 5.0.34.
 *
 * `Room._onMessage` is bound to each client when it joins, so an instance's override must be in place before the
 * first join; the registered handler's "create" event is early enough. A plugin's hooks cannot refuse a frame.
 */
import type { EventEmitter } from "node:events";
import type { Client, Room, RoomPlugin, Transport } from "@colyseus/core";
import type { InputWire } from "./input-frame.ts";

type FrameHandler = (client: Client, frame: Buffer) => void;

interface RoomInternals {
  _onMessage: FrameHandler;
  _timelineMode(): { snapshot?: boolean; reckon?: boolean } | undefined;
  _reservedSeats: Record<
    string,
    [options: unknown, auth: unknown, consumed?: boolean, reconnection?: boolean]
  >;
  _reservedSeatTimeouts: Record<string, NodeJS.Timeout>;
  _autoDisposeTimeout: NodeJS.Timeout | undefined;
  _serializer: {
    hasUnreliableFields?: boolean;
    warnedNoUnreliableTransport?: boolean;
    encoder?: { root: { changeTrees: Readonly<Record<string, ChangeTree>> } };
  };
  _inputController?: {
    options: { ctor: { [Symbol.metadata]: FieldMetadata } };
    capture(client: InputClient, renderTime?: number, reckonTime?: number, seq?: number): void;
  };
}

/** The decoded frame stands in it until the next one is. */
interface InputClient extends Client {
  _input?: Readonly<Record<string, number>>;
}

/** A `ws` socket, as far as it proves that somebody is there. */
interface PingedSocket {
  ping?(data: Uint8Array): void;
  on(event: "pong", listener: (data: Uint8Array) => void): void;
}

/** What of a structure of the state is not told yet. */
interface ChangeTree {
  ref: Readonly<Record<string, unknown>>;
  /** No patch has told of the structure itself yet. */
  isNew: boolean;
  encDescriptor: { hasAnyUnreliable: boolean; names: readonly string[] };
  isFieldUnreliable(index: number): boolean;
  change(index: number): void;
}

type FieldMetadata = Readonly<Record<number, { type: string | { quantized: { wire: string } } }>>;

/**
 * Puts `inspect` before the room's own handling of every frame.
 * @param inspect answers whether the room may see the frame; it is also told when the room's handling threw.
 */
export function interceptFrames(
  room: Room,
  inspect: { admits(client: Client, frame: Buffer): boolean; failed(client: Client, error: unknown): void },
): void {
  const internals = room as unknown as RoomInternals;
  const original = internals._onMessage;
  internals._onMessage = function handleFrame(this: Room, client: Client, frame: Buffer) {
    if (!inspect.admits(client, frame)) return;
    try {
      original.call(this, client, frame);
    } catch (error) {
      inspect.failed(client, error);
    }
  };
}

/** How the room's inputs look on the wire, or undefined for a room without `defineInput`. */
export function inputWireOf(room: Room): InputWire | undefined {
  const internals = room as unknown as RoomInternals;
  const metadata = internals._inputController?.options.ctor[Symbol.metadata];
  if (!metadata) return undefined;
  // Fields are numbered from 0 without gaps; the object's other keys are not enumerable.
  const fieldTypes = Object.values(metadata).map(({ type }) =>
    typeof type === "string" ? type : type.quantized.wire,
  );
  const mode = internals._timelineMode();
  return { fieldTypes, stampsBoth: mode?.snapshot === true && mode.reckon === true };
}

/**
 * Lets `watch` see every input that a room decodes, once each, before `sanitize` changes it. (A frame of unreliable
 * inputs repeats those before it.)
 * @param watch the fields are valid during the call alone; `stampMs` is the instant on the room's clock that the client
 * says it showed, 0 for none.
 */
export function watchInputs(
  room: Room,
  watch: (client: Client, fields: Readonly<Record<string, number>>, stampMs: number) => void,
): void {
  const controller = (room as unknown as RoomInternals)._inputController;
  if (!controller) return;
  const newest = new WeakMap<Client, number>();
  const capture = controller.capture.bind(controller);
  controller.capture = (client, renderTime = 0, reckonTime = 0, seq) => {
    if (seq === undefined || seq > (newest.get(client) ?? -1)) {
      if (seq !== undefined) newest.set(client, seq);
      if (client._input) watch(client, client._input, renderTime);
    }
    capture(client, renderTime, reckonTime, seq);
  };
}

/** Sends a WebSocket ping that its receiver's network stack answers by itself. */
export function pingClient(client: Client, data: Uint8Array): void {
  const socket = client.ref as unknown as PingedSocket & { readyState?: number };
  // A ping to a socket that is not open throws.
  if (socket.readyState === 1) socket.ping?.(data);
}

/** @param heard each answer, with the data that was sent. */
export function hearPongs(client: Client, heard: (data: Uint8Array) => void): void {
  (client.ref as unknown as PingedSocket).on("pong", heard);
}

/** The `ws` server behind a transport: it tells of sockets before Colyseus makes clients of them. */
export function socketServerOf(transport: Transport): EventEmitter {
  return (transport as unknown as { wss: EventEmitter }).wss;
}

/** What went out on a client's connection, frames' heads included, and what still waits because it does not read. */
export function sentTo(client: Client): { bytes: number; waiting: number } {
  const socket = client.ref as unknown as {
    _socket?: { bytesWritten: number } | null;
    bufferedAmount: number;
  };
  return { bytes: socket._socket?.bytesWritten ?? 0, waiting: socket.bufferedAmount };
}

/** Ends a connection at once: one that does not read takes no good-bye. */
export function cutOff(client: Client): void {
  (client.ref as unknown as { terminate(): void }).terminate();
}

/** A room's plugins, by whatever names it gave them. */
export function pluginsOf(room: Room): readonly object[] {
  return Object.values((room as unknown as { plugins?: Record<string, object> }).plugins ?? {});
}

/** What a hosted plugin sees of its room. */
export interface PluginStage {
  clients: { get(sessionId: string): Client | undefined };
  broadcast(type: string, message: unknown, options: { except: Client }): void;
}

export interface HostedPlugin {
  /** Gives a client's message to the plugin. */
  handle(type: string, client: Client, message?: unknown): void;
  /** Tells the plugin that a client is gone. */
  leave(client: Client): void;
}

/** Runs a plugin that takes messages and leaves, in a room that is only what the stage shows of one. */
export function hostPlugin(plugin: RoomPlugin, stage: PluginStage): HostedPlugin {
  const hosted = plugin as unknown as {
    room: PluginStage;
    messages: Record<string, (client: Client, message: unknown) => void>;
    onLeave(client: Client): void;
  };
  hosted.room = stage;
  return {
    handle: (type, client, message) => hosted.messages[type]?.(client, message),
    leave: (client) => hosted.onLeave(client),
  };
}

/** Gives a frame to the room as if it had come by the client's connection: the guard and the limits see it first. */
export function deliverFrame(room: Room, client: Client, frame: Buffer): void {
  (room as unknown as RoomInternals)._onMessage(client, frame);
}

/** Whether the room's state has fields that Colyseus sends by `client.rawUnreliable` alone. */
export function hasUnreliableFields(room: Room): boolean {
  return (room as unknown as RoomInternals)._serializer.hasUnreliableFields === true;
}

/** Keeps Colyseus from warning that no client can take unreliable fields, which is so while the first is joining. */
export function expectUnreliablePatches(room: Room): void {
  (room as unknown as RoomInternals)._serializer.warnedNoUnreliableTransport = true;
}

/**
 * Marks the unreliable fields of one structure of the state as changed, so that the next unreliable patch holds them
 * whole: the structures take turns. One that no patch has told of yet needs none.
 * @param after the structure that had the last turn; −1 before the first.
 * @returns the one that has it now; −1 when there is none.
 */
export function refreshUnreliable(room: Room, after: number): number {
  const trees = (room as unknown as RoomInternals)._serializer.encoder?.root.changeTrees ?? {};
  let first = -1;
  let next = -1;
  // Whole numbers as keys come in their order.
  for (const key in trees) {
    const { encDescriptor, isNew } = trees[key] as ChangeTree;
    if (!encDescriptor.hasAnyUnreliable || isNew) continue;
    if (first < 0) first = Number(key);
    if (Number(key) <= after) continue;
    next = Number(key);
    break;
  }
  const turn = next < 0 ? first : next;
  const tree = trees[turn];
  tree?.encDescriptor.names.forEach((name, index) => {
    if (tree.isFieldUnreliable(index) && tree.ref[name] !== undefined && tree.ref[name] !== null)
      tree.change(index);
  });
  return turn;
}

/**
 * Lets a room that is about to close do so at once: it would wait for every seat that was reserved and never taken,
 * and for the time it keeps itself open for newcomers (15 s after the latest reservation).
 */
export function hastenDisposal(room: Room): void {
  const internals = room as unknown as RoomInternals;
  clearTimeout(internals._autoDisposeTimeout);
  internals._autoDisposeTimeout = undefined;
  const { _reservedSeats: seats, _reservedSeatTimeouts: timeouts } = internals;
  for (const [sessionId, [, , consumed, reconnection]] of Object.entries(seats)) {
    if (consumed || reconnection) continue;
    clearTimeout(timeouts[sessionId]);
    delete timeouts[sessionId];
    delete seats[sessionId];
  }
}
