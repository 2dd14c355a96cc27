/**
 * A line to one player, from every process to every room that listens for the player: Colyseus' Presence, one topic a
 * player, subscribed once a process however many rooms listen. What nobody listens to is lost, and so is what is told
 * while Redis is away; nothing here throws.
 */
import type { Presence } from "@colyseus/core";
import type { Logger } from "../observability/logger.ts";

type Told = (type: string, message: unknown) => void;

interface Line {
  listeners: Set<Told>;
  receive: (text: string) => void;
}

const topicOf = (playerId: string): string => `arena:player:${playerId}`;

export class PlayerChannel {
  readonly #presence: Presence;
  readonly #log: Logger;
  readonly #lines = new Map<string, Line>();
  #away = false;

  constructor(presence: Presence, log: Logger) {
    this.#presence = presence;
    this.#log = log;
  }

  tell(playerId: string, type: string, message: object): void {
    this.#attempt(() => this.#presence.publish(topicOf(playerId), JSON.stringify([type, message])));
  }

  /** @returns ends it. */
  listen(playerId: string, told: Told): () => void {
    const line = this.#lines.get(playerId) ?? this.#open(playerId);
    // Its own function, so that listening twice ends twice.
    const listener: Told = (type, message) => told(type, message);
    line.listeners.add(listener);
    return () => {
      line.listeners.delete(listener);
      if (line.listeners.size === 0 && this.#lines.get(playerId) === line) {
        this.#lines.delete(playerId);
        this.#attempt(() => this.#presence.unsubscribe(topicOf(playerId), line.receive));
      }
    };
  }

  #open(playerId: string): Line {
    const line: Line = { listeners: new Set(), receive: (text) => this.#receive(line, text) };
    this.#lines.set(playerId, line);
    this.#attempt(() => this.#presence.subscribe(topicOf(playerId), line.receive));
    return line;
  }

  #receive(line: Line, text: string): void {
    const told = parse(text);
    // Not ours: whoever else writes to this Redis.
    if (!Array.isArray(told)) return;
    const [type, message] = told as [string, unknown];
    for (const listener of line.listeners) {
      try {
        listener(type, message);
      } catch (error) {
        this.#log.error({ err: error, type }, "a listener to a player's channel threw");
      }
    }
  }

  /** At once, so that what is asked for first is done first. */
  #attempt(action: () => unknown): void {
    try {
      const done = action();
      // A promise where the presence is Redis.
      if (done instanceof Promise)
        done.then(() => (this.#away = false)).catch((error: unknown) => this.#failed(error));
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (!this.#away) this.#log.warn({ err: error }, "players cannot be told anything: presence is away");
    this.#away = true;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
