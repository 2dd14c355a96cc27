/** A real server for tests, in this process, with an embedded database in a folder of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type Room } from "@colyseus/sdk";
import type { SkirmishSettingsInput } from "../../rooms/skirmish/room-settings.ts";
import { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import { type ArenaConfigInput, type RunningArena, startArena } from "../../src/index.ts";

export interface TestArena extends RunningArena {
  url: string;
  dataDir: string;
  /** Stops the server and throws its data away. */
  close(): Promise<void>;
}

export interface TestArenaOptions {
  settings?: SkirmishSettingsInput;
  config?: Partial<Omit<ArenaConfigInput, "limits">>;
  limits?: ArenaConfigInput["limits"];
  /** Reuses the data of an earlier server. */
  dataDir?: string;
}

export async function startTestArena(options: TestArenaOptions = {}): Promise<TestArena> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "arena-test-"));
  const arena = await startArena(
    {
      name: "test",
      logLevel: "silent",
      transport: { host: "127.0.0.1", port: 0 },
      storage: { dataDir, mongodbUri: process.env["MONGODB_URI"] || undefined },
      rooms: { skirmish: { room: SkirmishRoom, options: { settings: options.settings ?? {} } } },
      limits: {
        guestsPerMinute: 100_000,
        matchmakesPerMinute: 100_000,
        apiRequestsPerMinute: 100_000,
        exportsPerMinute: 10_000,
        matchmakesPerMinutePerPlayer: 100_000,
        socketsPerAddress: 100_000,
        ...options.limits,
      },
      ...options.config,
      // The machine of a test may be as busy as it likes.
      cluster: { fullAtBusy: 1, ...options.config?.cluster },
    },
    {},
  );
  const close = async (): Promise<void> => {
    await arena.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { ...arena, url: `http://127.0.0.1:${arena.port}`, dataDir, close };
}

export interface Guest {
  token: string;
  playerId: string;
  name: string;
}

export async function signInGuest(url: string): Promise<Guest> {
  const response = await fetch(`${url}/auth/guest`, { method: "POST" });
  if (!response.ok) throw new Error(`POST /auth/guest: ${response.status} ${await response.text()}`);
  return (await response.json()) as Guest;
}

/** Joins `skirmish` as an unmodified SDK client would; its messages are taken and thrown away. */
export async function joinSkirmish(url: string, guest: Guest): Promise<Room<unknown, SkirmishState>> {
  const client = new Client(url);
  client.auth.token = guest.token;
  const room = await client.joinOrCreate<SkirmishState>("skirmish");
  room.onMessage("*", () => undefined);
  room.onMessage("events", () => undefined);
  await new Promise<void>((resolve) => room.onStateChange.once(() => resolve()));
  return room as Room<unknown, SkirmishState>;
}

/** Waits until `check` answers something, looking every 10 ms. */
export async function until<T>(
  check: () => T | undefined | false,
  what: string,
  timeoutMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = check();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
