/**
 * Puts the frame guard before a room, any room: malformed frames end that one connection with close code 4400
 * (`frame_malformed`) and reach nobody else. Also sets the room's frame rate limit where the room set none.
 */
import type { Client, Room } from "@colyseus/core";
import { ERRORS } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";
import { inputWireOf, interceptFrames } from "./colyseus-internals.ts";
import { isWellFormedFrame } from "./frame-guard.ts";

export function guardRoom(room: Room, limits: { framesPerSecond: number }, log: Logger): void {
  if (room.maxMessagesPerSecond === Number.POSITIVE_INFINITY)
    room.maxMessagesPerSecond = limits.framesPerSecond;
  const refuse = (client: Client, reason: unknown): void => {
    log.warn(
      { code: "frame_malformed", roomId: room.roomId, sessionId: client.sessionId, err: reason },
      "connection closed",
    );
    client.leave(ERRORS.frame_malformed.close, "frame_malformed");
  };
  const wire = inputWireOf(room);
  interceptFrames(room, {
    admits(client, frame) {
      if (isWellFormedFrame(frame, wire)) return true;
      refuse(client, undefined);
      return false;
    },
    failed: refuse,
  });
}
