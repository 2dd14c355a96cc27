/**
 * Hands a lane's patch to the room, as if its connection had brought it. A datagram can be faster than the WebSocket
 * that tells of a structure, or slower than the one that tells of its end. The decoder would look for the next structure
 * that it knows, byte by byte, and could take a value for one; here it gives up the rest of such a patch, without a word.
 */
import type { Room } from "@colyseus/sdk";

/** What of the SDK's room is not declared: `@colyseus/sdk` 0.18.4, `@colyseus/schema` 5.0.34. */
interface RoomParts {
  serializer?: { decoder?: { root?: { refs?: { get(reference: number): unknown } } } };
  connection: { events: { onmessage?: ((event: { data: Uint8Array }) => void) | null } };
}

interface At {
  offset: number;
}

/**
 * Takes the place of a structure that is not there: it swallows what follows. By its class's "~decoder" the decoder
 * asks a structure how to read it (`$decoder`).
 */
const SINK = {
  constructor: {
    "~decoder": (_decoder: unknown, bytes: Uint8Array, at: At): void => {
      at.offset = bytes.byteLength;
    },
  },
};

export function deliverPatch(room: Room<unknown, unknown>, patch: Uint8Array): void {
  const { serializer, connection } = room as unknown as RoomParts;
  const references = serializer?.decoder?.root?.refs;
  if (!references) return;
  const find = references.get.bind(references);
  references.get = (reference) => find(reference) ?? SINK;
  try {
    connection.events.onmessage?.({ data: patch });
  } finally {
    // The prototype's stands behind it.
    delete (references as { get?: unknown }).get;
  }
}
