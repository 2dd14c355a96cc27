/** One client of the lab `queue-flow`: an SDK client that goes through the queue in its own manner, once it has to. */
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type Room } from "@colyseus/sdk";
import type { QueueMessages } from "../../../schemas/queue-messages.ts";

/** "declines" its first ready check; "drops" its connection once while it waits, and comes back with its pass. */
export type Behaviour = "plays" | "declines" | "drops";

export interface Played {
  roomId: string;
  team: number;
  ticketId: string;
  waitedSeconds: number;
}

const ANSWER_TIMEOUT_MS = 90_000;

export class FlowClient {
  readonly behaviour: Behaviour;
  readonly refusals: string[] = [];
  readonly checks = new Set<string>();
  readonly failedChecks = new Set<string>();
  played: Played | undefined;
  readonly #thinkMs: number;
  #client!: Client;
  #token = "";
  #misbehaved = false;
  #since = 0;
  readonly #rooms = new Set<Room>();

  constructor(behaviour: Behaviour, thinkMs: number) {
    this.behaviour = behaviour;
    this.#thinkMs = thinkMs;
  }

  async signIn(url: string): Promise<void> {
    const response = await fetch(`${url}/auth/guest`, { method: "POST" });
    ({ token: this.#token } = (await response.json()) as { token: string });
    this.#client = new Client(url);
    this.#client.auth.token = this.#token;
    await this.#enter(this.#client.joinOrCreate("lobby"));
  }

  /** Until a match, an answer that ends the attempt, or the time is up. */
  async queueAlone(deadline: number): Promise<void> {
    this.#since ||= performance.now();
    await this.#queue(undefined, deadline);
  }

  /** As the leader of a party: gathers it, makes everybody ready, enters the queue, and everybody follows. */
  async queueWith(others: readonly FlowClient[], deadline: number): Promise<void> {
    const party = await this.#enter(this.#client.create("party"));
    const members = [this, ...others];
    try {
      const rooms = [party];
      for (const other of others) rooms.push(await other.#enter(other.#client.joinById(party.roomId)));
      const passes = rooms.map(
        (room) =>
          new Promise<string>((resolve) => {
            room.onMessage("queue_pass", ({ pass }: { pass: string }) => resolve(pass));
          }),
      );
      for (const room of rooms.slice(1)) room.send("ready", { ready: true });
      await this.#becomeReady(party, members.length, deadline);
      const entered = Promise.all(passes).then(() => true);
      const retry = setInterval(() => party.send("enter_queue", { queue: "squads" }), 500);
      party.send("enter_queue", { queue: "squads" });
      const inTime = await Promise.race([entered, sleep(deadline - performance.now(), false)]);
      clearInterval(retry);
      if (!inTime) return;
      await Promise.all(
        members.map(async (member, index) => {
          member.#since ||= performance.now();
          await member.#queue(await passes[index], deadline);
        }),
      );
    } catch (error) {
      this.refusals.push(codeOf(error));
      await sleep(500);
    } finally {
      await Promise.all(members.map((member) => member.#leaveAll("party")));
    }
  }

  async goodbye(): Promise<void> {
    await this.#leaveAll();
  }

  async #becomeReady(party: Room, size: number, deadline: number): Promise<void> {
    type Members = Map<string, { ready: boolean; playerId: string }>;
    while (performance.now() < deadline) {
      const { members, leader } = party.state as { members?: Members; leader: string };
      const all = [...(members?.values() ?? [])];
      if (all.length === size && all.every(({ ready, playerId }) => ready || playerId === leader)) return;
      await sleep(50);
    }
  }

  async #queue(pass: string | undefined, deadline: number): Promise<void> {
    let latest = pass;
    while (performance.now() < deadline && !this.played) {
      let room: Room;
      try {
        const options = { queue: "squads", ...(latest === undefined ? {} : { pass: latest }) };
        room = await this.#enter(this.#client.joinOrCreate("queue", options));
      } catch (error) {
        this.refusals.push(codeOf(error));
        await sleep(1000);
        // With the party's pass others wait: it is tried anew as a party.
        if (pass !== undefined) return;
        latest = undefined;
        continue;
      }
      const end = await this.#wait(room, (fresh) => {
        latest = fresh;
      });
      if (end !== "dropped") return;
    }
  }

  /** @returns "dropped" when this client cut its own connection and is to come back. */
  async #wait(room: Room, keepPass: (pass: string) => void): Promise<"dropped" | "ended"> {
    return new Promise((resolve) => {
      let ticketId = "";
      const timer = setTimeout(() => {
        this.refusals.push("no_answer");
        end("ended");
      }, ANSWER_TIMEOUT_MS);
      const end = (how: "dropped" | "ended"): void => {
        clearTimeout(timer);
        resolve(how);
      };
      room.reconnection.enabled = false;
      room.onMessage("queued", (message: QueueMessages["queued"]) => {
        ({ ticketId } = message);
        keepPass(message.pass);
        if (this.behaviour === "drops" && !this.#misbehaved) {
          this.#misbehaved = true;
          setTimeout(() => {
            room.connection.close(3000);
            end("dropped");
          }, this.#thinkMs);
        }
      });
      room.onMessage("pass", ({ pass }: { pass: string }) => keepPass(pass));
      for (const type of ["status", "ready_progress", "refused"]) room.onMessage(type, () => undefined);
      room.onMessage("ready_failed", ({ checkId }: QueueMessages["ready_failed"]) =>
        this.failedChecks.add(checkId),
      );
      room.onMessage("ready_check", ({ checkId }: QueueMessages["ready_check"]) => {
        this.checks.add(checkId);
        const declines = this.behaviour === "declines" && !this.#misbehaved;
        if (declines) this.#misbehaved = true;
        setTimeout(() => {
          if (room.connection.isOpen) room.send(declines ? "decline" : "accept", { checkId });
        }, this.#thinkMs);
      });
      room.onMessage("seat", (seat: QueueMessages["seat"]) => {
        void this.#play(seat, ticketId).then(async () => {
          await this.#leave(room);
          end("ended");
        });
      });
      room.onError(() => undefined);
      room.onLeave((code) => {
        this.#rooms.delete(room);
        if (code > 4000) this.refusals.push(`closed_${code}`);
        if (!this.played && !this.#seating) end("ended");
      });
    });
  }

  #seating = false;

  async #play({ reservation, team }: QueueMessages["seat"], ticketId: string): Promise<void> {
    this.#seating = true;
    try {
      const room = await this.#enter(this.#client.consumeSeatReservation(reservation));
      room.onMessage("*", () => undefined);
      room.reconnection.enabled = false;
      room.onLeave(() => this.#rooms.delete(room));
      const waitedSeconds = Math.round((performance.now() - this.#since) / 100) / 10;
      this.played = { roomId: room.roomId, team, ticketId, waitedSeconds };
    } catch (error) {
      this.refusals.push(`seat_${codeOf(error)}`);
    }
    this.#seating = false;
  }

  async #enter(joining: Promise<Room>): Promise<Room> {
    const room = await joining;
    for (const type of ["*", "events"]) room.onMessage(type, () => undefined);
    this.#rooms.add(room);
    return room;
  }

  async #leaveAll(name?: string): Promise<void> {
    const rooms = [...this.#rooms].filter((room) => name === undefined || room.name === name);
    await Promise.all(rooms.map((room) => this.#leave(room)));
  }

  async #leave(room: Room): Promise<void> {
    this.#rooms.delete(room);
    if (room.connection.isOpen) await room.leave().catch(() => undefined);
  }
}

function codeOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: number };
  return /^([a-z_]+):/.exec(message ?? "")?.[1] ?? `code_${code ?? "?"}`;
}
