/** Connects what a process measures with the parts it is measured at. */
import { matchMaker, type Room } from "@colyseus/core";
import type { ProcessLoad } from "../cluster/process-load.ts";
import type { ArenaConfig } from "../config/config-schema.ts";
import { ERRORS } from "../errors.ts";
import { createMetrics, type Metrics } from "../observability/metrics.ts";
import { watchCommands } from "../observability/watch-commands.ts";
import type { Storage } from "../storage/connection-store.ts";
import { watchSteps } from "../transport/step-watch.ts";
import type { StopList } from "./stop-list.ts";

/** What is read when somebody asks. */
export interface MeasuredParts {
  rooms: ReadonlySet<Room>;
  pendingResults: () => number;
  /** By process, as this one knows them. */
  loads: () => ReadonlyMap<string, ProcessLoad>;
}

export function startMetrics(config: ArenaConfig, storage: Storage, stops: StopList): Metrics {
  const metrics = createMetrics();
  watchCommands(storage.connection.getClient(), metrics.storage);
  for (const [name, { room }] of Object.entries(config.rooms)) {
    const duration = metrics.tickDuration.labels({ room: name });
    const lateness = metrics.tickLateness.labels({ room: name });
    const end = watchSteps(room, {
      stepped: (_room, ms) => duration.observe(ms / 1000),
      woke: (_room, lateMs) => lateness.observe(lateMs / 1000),
    });
    stops.add(`metrics of ${name}`, end);
  }
  stops.add("metrics of joins", countJoins(metrics, config));
  return metrics;
}

export function measureParts(metrics: Metrics, { rooms, pendingResults, loads }: MeasuredParts): void {
  const byRoom = (figure: (room: Room) => number) => () => {
    const sums = new Map<string, number>();
    for (const room of rooms) sums.set(room.roomName, (sums.get(room.roomName) ?? 0) + figure(room));
    return [...sums].map(([name, sum]) => [[name], sum] as const);
  };
  metrics.gauge(
    "arena_rooms",
    "Rooms of this process.",
    ["room"],
    byRoom(() => 1),
  );
  metrics.gauge(
    "arena_players",
    "Connections to this process' rooms.",
    ["room"],
    byRoom((room) => room.clients.length),
  );
  metrics.gauge(
    "arena_queue_waiting_players",
    "Players who wait in queues of this process.",
    ["queue", "region"],
    () =>
      [...rooms].flatMap(({ metadata }) => {
        const { queue, region, players } = (metadata ?? {}) as Partial<QueueListing>;
        return queue === undefined ? [] : [[[queue, region ?? ""], players ?? 0] as const];
      }),
  );
  metrics.gauge(
    "arena_cluster_processes",
    "Processes of the cluster that this one knows, itself included.",
    [],
    () => [[[], loads().size]],
  );
  metrics.gauge(
    "arena_busy_ratio",
    "Share of time in which this process' event loop ran, over five beats: what room placement goes by.",
    [],
    () => [[[], loads().get(matchMaker.processId)?.busy ?? 0]],
  );
  metrics.gauge("arena_outbox_results", "Match results that are not stored yet.", [], () => [
    [[], pendingResults()],
  ]);
}

/** How a queue's room stands in the listing. */
interface QueueListing {
  queue: string;
  region: string;
  players: number;
}

/** Colyseus' own refusals have numbers; ours begin their message with their code. @returns ends it. */
function countJoins({ joins, joinRefusals }: Metrics, { rooms }: ArenaConfig): () => void {
  const { controller } = matchMaker;
  const invokeMethod = controller.invokeMethod.bind(controller);
  controller.invokeMethod = async (...request) => {
    try {
      const seat = await invokeMethod(...request);
      const { name } = seat as { name?: string };
      joins.inc({ room: name !== undefined && Object.hasOwn(rooms, name) ? name : "other" });
      return seat;
    } catch (error) {
      const { message, code } = error as { message?: string; code?: unknown };
      const own = /^[a-z_]+(?=: )/.exec(message ?? "")?.[0] ?? "";
      joinRefusals.inc({ code: Object.hasOwn(ERRORS, own) ? own : `colyseus_${String(code)}` });
      throw error;
    }
  };
  return () => {
    controller.invokeMethod = invokeMethod;
  };
}
