/**
 * Puts the frame guard before a room, any room: malformed frames end that one connection with close code 4400
 * (`frame_malformed`) and reach nobody else. Where the room's own handling of a frame throws, the connection ends with
 * 4500 (`internal_error`) and the process does not. Whoever sends more messages or bytes than one may is closed with 4429
 * (`frames_too_many`). Also sets the room's frame rate limit where the room set none.
 */
import { type Client, Protocol, type Room } from "@colyseus/core";
import { ERRORS } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";
import { ClientMeter, type MeterLimits } from "./client-meter.ts";
import { inputWireOf, interceptFrames } from "./colyseus-internals.ts";
import { isWellFormedFrame } from "./frame-guard.ts";

const CODE_MASK = 0x1f;

export type GuardCode = "frame_malformed" | "frames_too_many" | "internal_error";

/** @param ended told of each connection that was ended, and for what. */
export function guardRoom(
  room: Room,
  limits: MeterLimits & { framesPerSecond: number },
  log: Logger,
  ended: (client: Client, code: GuardCode) => void,
): void {
  if (room.maxMessagesPerSecond === Number.POSITIVE_INFINITY)
    room.maxMessagesPerSecond = limits.framesPerSecond;
  // A client may go on sending while its connection closes.
  const refused = new WeakSet<Client>();
  const meters = new WeakMap<Client, ClientMeter>();
  const isTooMuch = (client: Client, frame: Buffer): boolean => {
    const now = performance.now();
    let meter = meters.get(client);
    if (!meter) {
      meter = new ClientMeter(limits, now);
      meters.set(client, meter);
    }
    const code = (frame[0] ?? 0) & CODE_MASK;
    const isInput = code === Protocol.ROOM_INPUT_RELIABLE || code === Protocol.ROOM_INPUT_UNRELIABLE;
    return !meter.admits(frame.length, !isInput, now);
  };
  const end = (client: Client, code: GuardCode): void => {
    refused.add(client);
    client.leave(ERRORS[code].close, code);
    ended(client, code);
  };
  const wire = inputWireOf(room);
  interceptFrames(room, {
    admits(client, frame) {
      if (refused.has(client)) return false;
      if (isTooMuch(client, frame)) {
        const { sessionId } = client;
        log.warn({ code: "frames_too_many", roomId: room.roomId, sessionId }, ERRORS.frames_too_many.message);
        end(client, "frames_too_many");
        return false;
      }
      if (isWellFormedFrame(frame, wire)) return true;
      const { sessionId } = client;
      log.warn({ code: "frame_malformed", roomId: room.roomId, sessionId }, ERRORS.frame_malformed.message);
      end(client, "frame_malformed");
      return false;
    },
    failed(client, error) {
      const { sessionId } = client;
      log.error({ err: error, roomId: room.roomId, sessionId }, "the room's handling of a frame threw");
      end(client, "internal_error");
    },
  });
}
