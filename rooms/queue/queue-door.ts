/** Who may come to a queue at all: asked before a room is looked for or made. */
import { joinRefusal, type MatchmakingServices } from "../../src/index.ts";
import { readRequest, regionFor } from "./queue-request.ts";
import { secondsSince } from "./queue-status.ts";

/**
 * @param options of the join; the region is set to the one whose line it is.
 * @throws joinRefusal `queue_request_invalid`, `queue_unknown`, `region_unknown`, `queue_pass_invalid`,
 * `party_too_large`, `queue_cooldown` or `not_ready`.
 */
export async function checkAtDoor(
  services: MatchmakingServices,
  playerId: string,
  options: Record<string, unknown>,
): Promise<void> {
  const request = readRequest(options);
  if (!request) throw joinRefusal("queue_request_invalid");
  const queue = Object.hasOwn(services.queues, request.queue) ? services.queues[request.queue] : undefined;
  if (!queue) throw joinRefusal("queue_unknown");
  // The matchmaker looks for a room by these very options.
  const region = regionFor(queue.perRegion, request, services.regions);
  if (region === undefined) throw joinRefusal("region_unknown");
  options["region"] = region;
  if (request.pass !== undefined) {
    const pass = services.readPass(request.pass);
    if (pass?.playerId !== playerId || pass.queue !== request.queue) throw joinRefusal("queue_pass_invalid");
    if (pass.members.length > queue.largestParty) throw joinRefusal("party_too_large");
  }
  const until = await services.cooldownOf(playerId).catch(() => {
    throw joinRefusal("not_ready");
  });
  const secondsLeft = until && Math.max(1, secondsSince(Date.now(), until.getTime()));
  if (secondsLeft) throw joinRefusal("queue_cooldown", undefined, ` (${secondsLeft} s left)`);
}
