/** Times what a MongoDB driver sends, by its own command events. */
import type { EventEmitter } from "node:events";
import type { Metrics } from "./metrics.ts";

interface CommandEvent {
  commandName: string;
  /** Milliseconds. */
  duration: number;
}

/** @param client a `MongoClient` that monitors its commands. */
export function watchCommands(client: Pick<EventEmitter, "on">, storage: Metrics["storage"]): void {
  const observe = (outcome: string) => (event: CommandEvent) =>
    storage.observe({ command: event.commandName, outcome }, event.duration / 1000);
  client.on("commandSucceeded", observe("ok"));
  client.on("commandFailed", observe("failed"));
}
