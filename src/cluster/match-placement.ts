/**
 * Creates rooms for matches and reserves seats in them through Colyseus' matchmaker, for everybody or for nobody.
 * Nothing here rejects: whatever goes wrong (no process left, a room's `onCreate` throws, a process that dies in the
 * middle) is one coded refusal, and the room that was begun is closed again. Should even that fail, its seats expire
 * by themselves (Colyseus' `seatReservationTimeout`, 15 s), and the room with them.
 */
import { generateId, type IRoomCache, logger, matchMaker } from "@colyseus/core";

export interface Seat {
  playerId: string;
  name: string;
}

export interface Reservation {
  name: string;
  sessionId: string;
  roomId: string;
  processId?: string | undefined;
  publicAddress?: string | undefined;
}

export type Seated =
  | { ok: true; roomId: string; reservations: ReadonlyMap<string, Reservation> }
  | { ok: false; code: "match_not_created" };

const REFUSED = { ok: false, code: "match_not_created" } as const;

/** @param options what the room's `onCreate` is given. */
export async function createMatch(
  roomName: string,
  options: object,
  seats: readonly Seat[],
): Promise<Seated> {
  let room: IRoomCache | undefined;
  try {
    room = await matchMaker.createRoom(roomName, options);
    const seated = await reserve(room, seats);
    if (seated.ok) return seated;
  } catch (error) {
    logger.warn({ err: error, roomName }, "a match's room could not be created");
  }
  if (room) await close(room.roomId);
  return REFUSED;
}

/**
 * Seats in a room that runs. One that has a method `admitPlayers` (the roster plugin gives it one) is asked first, and
 * told with `withdrawPlayers` when the seats could not be reserved.
 */
export async function seatIn(roomId: string, seats: readonly Seat[]): Promise<Seated> {
  try {
    const room = await matchMaker.getRoomById(roomId);
    if (!room || room.locked) return REFUSED;
    const admitted: unknown = await matchMaker.remoteRoomCall(roomId, "admitPlayers" as never, [[...seats]]);
    if (admitted !== true) return REFUSED;
    const seated = await reserve(room, seats).catch(() => REFUSED);
    if (!seated.ok) {
      const playerIds = seats.map(({ playerId }) => playerId);
      await matchMaker.remoteRoomCall(roomId, "withdrawPlayers" as never, [playerIds]);
    }
    return seated;
  } catch (error) {
    logger.warn({ err: error, roomId }, "players could not be seated in a running match");
    return REFUSED;
  }
}

/** Asks the first room of that name and metadata to do something. @returns undefined: there is none, or it failed. */
export async function callRoom(
  name: string,
  metadata: Readonly<Record<string, string>>,
  method: string,
  argument: object,
): Promise<unknown> {
  try {
    const [room] = await matchMaker.query({ name, ...metadata } as never);
    return room && (await matchMaker.remoteRoomCall(room.roomId, method as never, [argument]));
  } catch {
    return undefined;
  }
}

async function reserve(room: IRoomCache, seats: readonly Seat[]): Promise<Seated> {
  const wanted = seats.map(({ playerId, name }) => ({
    sessionId: generateId(),
    options: {},
    auth: { playerId, name },
  }));
  const taken = await matchMaker.reserveMultipleSeatsFor(room, wanted);
  if (taken.length !== seats.length || !taken.every(Boolean)) return REFUSED;
  const reservations = new Map(
    wanted.map(({ sessionId, auth }) => [auth.playerId, matchMaker.buildSeatReservation(room, sessionId)]),
  );
  return { ok: true, roomId: room.roomId, reservations };
}

async function close(roomId: string): Promise<void> {
  await matchMaker.remoteRoomCall(roomId, "disconnect").catch(() => undefined);
}
