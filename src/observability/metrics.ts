/**
 * What a process measures, by `prom-client`, in a registry of its own: the metrics of Node and of the process, and the
 * `arena_…` ones below. Labels have few values by design: names of rooms and queues as they are configured, coded errors,
 * names of database commands; never a player, a room's id or what a client sent. Cheap enough for every tick: an
 * observation adds to a few numbers.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Seconds. A tick at 30 Hz has 0.033. */
const TICK_BUCKETS = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25];
const STORAGE_BUCKETS = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

export interface Metrics {
  /** As Prometheus reads it. */
  text(): Promise<string>;
  contentType: string;
  tickDuration: Histogram<"room">;
  tickLateness: Histogram<"room">;
  sentBytes: Counter<"room" | "way">;
  inputsDropped: Counter<"reason">;
  joins: Counter<"room">;
  joinRefusals: Counter<"code">;
  closes: Counter<"code">;
  storage: Histogram<"command" | "outcome">;
  /** Adds a metric that is read when it is asked for. @param read its values, by its labels' values. */
  gauge(
    name: string,
    help: string,
    labels: readonly string[],
    read: () => Iterable<readonly [labels: readonly string[], value: number]>,
  ): void;
}

/** @param labels of every metric, such as the process's. */
export function createMetrics(labels: Record<string, string> = {}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels(labels);
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    tickDuration: new Histogram({
      name: "arena_tick_duration_seconds",
      help: "Processor time of one simulation step of a room, by the clock.",
      labelNames: ["room"],
      buckets: TICK_BUCKETS,
      registers,
    }),
    tickLateness: new Histogram({
      name: "arena_tick_lateness_seconds",
      help: "How much later than its period a room's timer came.",
      labelNames: ["room"],
      buckets: TICK_BUCKETS,
      registers,
    }),
    sentBytes: new Counter({
      name: "arena_room_sent_bytes_total",
      help: "Bytes sent to the clients of rooms, by WebSocket or lane.",
      labelNames: ["room", "way"],
      registers,
    }),
    inputsDropped: new Counter({
      name: "arena_inputs_dropped_total",
      help: "Inputs and other frames of clients that no room acted on, by reason.",
      labelNames: ["reason"],
      registers,
    }),
    joins: new Counter({
      name: "arena_joins_total",
      help: "Seats that the matchmaker gave, by room.",
      labelNames: ["room"],
      registers,
    }),
    joinRefusals: new Counter({
      name: "arena_join_refusals_total",
      help: "Requests that the matchmaker refused, by code.",
      labelNames: ["code"],
      registers,
    }),
    closes: new Counter({
      name: "arena_closes_total",
      help: "Connections that a room's guard ended, by code.",
      labelNames: ["code"],
      registers,
    }),
    storage: new Histogram({
      name: "arena_storage_command_duration_seconds",
      help: "Time until the database answered, by command and outcome.",
      labelNames: ["command", "outcome"],
      buckets: STORAGE_BUCKETS,
      registers,
    }),
    gauge(name, help, labelNames, read) {
      // It registers itself.
      void new Gauge({
        name,
        help,
        labelNames: [...labelNames],
        registers,
        collect() {
          this.reset();
          for (const [values, value] of read())
            this.set(
              Object.fromEntries(labelNames.map((label, index) => [label, values[index] ?? ""])),
              value,
            );
        },
      });
    },
  };
}
