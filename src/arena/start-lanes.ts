/** Loads what rooms need to open unreliable lanes, where the configuration wants them and the machine can. */
import { isIP } from "node:net";
import type { ArenaConfig } from "../config/config-schema.ts";
import { type NetworkConditions, parseConditions } from "../config/network-conditions.ts";
import type { Logger } from "../observability/logger.ts";
import { type LaneServices, loadLanes } from "../transport/lane/lane-services.ts";
import { LinkConditioner } from "../transport/network-conditioner.ts";
import type { StopList } from "./stop-list.ts";

/** Undefined: the network is left as it is. */
export function conditionsOf({ transport }: ArenaConfig): NetworkConditions | undefined {
  return transport.conditions === undefined ? undefined : parseConditions(transport.conditions);
}

/** @returns makes a worse network for one connection; undefined when the network is left as it is. */
export function startConditions(config: ArenaConfig, log: Logger): (() => LinkConditioner) | undefined {
  const conditions = conditionsOf(config);
  if (!conditions) return undefined;
  const { roundTripMs, jitterMs, lossPercent } = conditions;
  log.warn(
    conditions,
    `the network is made worse: ${roundTripMs} ms round trip, ±${jitterMs} ms, ${lossPercent} % lost each way`,
  );
  return () => new LinkConditioner(conditions);
}

/** A server that is for one network only keeps its lanes there, too. */
export async function startLanes(
  { lane, transport }: ArenaConfig,
  conditioner: (() => LinkConditioner) | undefined,
  log: Logger,
  stops: StopList,
): Promise<LaneServices | undefined> {
  if (!lane.enabled) return undefined;
  const everywhere = isIP(transport.host) === 0 || ["0.0.0.0", "::"].includes(transport.host);
  const bindAddress = lane.bindAddress ?? (everywhere ? undefined : transport.host);
  const lanes = await loadLanes({ ...lane, bindAddress, shape: conditioner }, log);
  if (lanes) stops.add("lanes", () => lanes.stop());
  return lanes;
}
