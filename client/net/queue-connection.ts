/**
 * The connection to a queue. The SDK brings a dropped one back for about ten seconds only: after that the waiting time
 * is brought back by joining again with the pass, which is good for a minute.
 */
import type { Room } from "@colyseus/sdk";
import type {
  QueueCommands,
  QueueJoinOptions,
  QueueMessages,
  QueueState,
} from "../../schemas/queue-messages.ts";
import { type LinkListeners, RoomLink } from "./room-link.ts";

export type QueueLink = RoomLink<QueueState, QueueMessages, QueueCommands>;

/** @throws Refusal */
export function joinQueue(
  token: string,
  options: QueueJoinOptions,
  listeners: LinkListeners<QueueMessages>,
): Promise<QueueLink> {
  return RoomLink.open({
    token,
    listeners,
    kind: "queue",
    retrySeconds: 10,
    join: (client, protocol) =>
      client.joinOrCreate<QueueState>("queue", { ...options, protocol }) as Promise<
        Room<unknown, QueueState>
      >,
  });
}
