/** Rooms of which there is to be one in all of a cluster: finds those that should not be there besides. */
import { matchMaker } from "@colyseus/core";

export interface TwinRooms {
  /** Whether there is any other one. */
  any: boolean;
  /** Whether there is an older one, which stays. False while the room itself is not listed yet. */
  older: boolean;
}

/**
 * Other rooms of the same name and listing.
 * @param metadata what the listing says, by field.
 */
export async function findTwins(
  roomId: string,
  name: string,
  metadata: Readonly<Record<string, string>>,
): Promise<TwinRooms> {
  const rooms = await matchMaker.query({ name, ...metadata } as never);
  const own = rooms.find((room) => room.roomId === roomId);
  const others = rooms.filter((room) => room !== own);
  return {
    any: others.length > 0,
    older: own !== undefined && others.some((other) => age(other) < age(own)),
  };
}

/** Rises with the time of creation; ids decide between rooms of one millisecond. */
function age({ createdAt, roomId }: { createdAt?: Date; roomId: string }): string {
  return `${String(new Date(createdAt ?? 0).getTime()).padStart(15, "0")}/${roomId}`;
}
