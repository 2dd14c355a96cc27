/** A player of the chaos lab: sits in a mill room, joins again whenever the server is back, and buys all the while. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type Room } from "@colyseus/sdk";

export class MillPlayer {
  readonly playerId: string;
  /** Keys of purchases that the server answered with success. */
  readonly bought = new Set<string>();
  readonly #url: string;
  readonly #token: string;
  readonly #table: number;
  readonly #onSafe: (matchId: string) => void;
  #stopped = false;

  private constructor(
    url: string,
    account: { playerId: string; token: string },
    table: number,
    onSafe: (matchId: string) => void,
  ) {
    this.#url = url;
    this.playerId = account.playerId;
    this.#token = account.token;
    this.#table = table;
    this.#onSafe = onSafe;
  }

  /** @param onSafe is told of every match whose result the server calls safe. */
  static async signIn(url: string, table: number, onSafe: (matchId: string) => void): Promise<MillPlayer> {
    const response = await fetch(`${url}/auth/guest`, { method: "POST" });
    if (!response.ok) throw new Error(`POST /auth/guest: ${response.status} ${await response.text()}`);
    return new MillPlayer(url, (await response.json()) as { playerId: string; token: string }, table, onSafe);
  }

  async work(): Promise<void> {
    await Promise.all([this.#play(), this.#buy()]);
  }

  stop(): void {
    this.#stopped = true;
  }

  async #play(): Promise<void> {
    while (!this.#stopped) {
      try {
        const room = await this.#join();
        const left = new Promise<void>((resolve) => room.onLeave(() => resolve()));
        while (!this.#stopped && (await Promise.race([left.then(() => false), sleep(100, true)]))) continue;
        if (this.#stopped) await room.leave().catch(() => undefined);
      } catch {
        await sleep(200);
      }
    }
  }

  async #join(): Promise<Room> {
    const client = new Client(this.#url);
    client.auth.token = this.#token;
    const room = await client.joinOrCreate("mill", { table: this.#table });
    room.reconnection.enabled = false;
    room.onMessage("saving", ({ matchId }: { matchId: string }) => this.#onSafe(matchId));
    room.onMessage("*", () => undefined);
    return room;
  }

  /** Each purchase is tried under its key until the server gives a definite answer. */
  async #buy(): Promise<void> {
    while (!this.#stopped) {
      await sleep(50 + Math.random() * 400);
      const idempotencyKey = randomUUID();
      while (!(await this.#purchase(idempotencyKey))) await sleep(200);
    }
  }

  /** @returns whether the answer is definite. */
  async #purchase(idempotencyKey: string): Promise<boolean> {
    const answer = await fetch(`${this.#url}/api/purchases`, {
      method: "POST",
      headers: { Authorization: `Bearer ${this.#token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ itemId: "loaf", idempotencyKey }),
      signal: AbortSignal.timeout(15_000),
    }).catch(() => undefined);
    if (answer?.ok) this.bought.add(idempotencyKey);
    return answer !== undefined && answer.status < 500;
  }
}
