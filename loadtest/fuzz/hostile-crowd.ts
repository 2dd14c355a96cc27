/** Clients of the fuzz, as unmodified SDK clients are: honest ones, and hostile ones that come back when they are closed. */
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type Room } from "@colyseus/sdk";
import { KINDS, type Kind } from "./server.ts";

export type Honest = Record<Kind, Room>;

export async function newPlayer(url: string): Promise<Client> {
  const guest = (await (await fetch(`${url}/auth/guest`, { method: "POST" })).json()) as { token: string };
  const client = new Client(url);
  client.auth.token = guest.token;
  return client;
}

const OPTIONS = { queue: "big" };
/** As often as a player may come back: 40 times a minute. */
const RETURN_MS = 1500;

/** One in each room, who is left alone. */
export async function joinHonest(url: string): Promise<Honest> {
  const rooms: Partial<Honest> = {};
  for (const kind of KINDS) {
    const client = await newPlayer(url);
    rooms[kind] = quiet(
      await (kind === "queue" || kind === "lobby" ? client.joinOrCreate(kind, OPTIONS) : client.create(kind)),
    );
  }
  return rooms as Honest;
}

function quiet(room: Room): Room {
  room.reconnection.enabled = false;
  room.onMessage("*", () => undefined);
  room.onMessage("events", () => undefined);
  room.onError(() => undefined);
  return room;
}

export interface Crowd {
  /** How often a connection was closed, by its code. */
  closes: Record<number, number>;
  end(): Promise<void>;
}

/**
 * @param players who they are; by default new ones.
 * @param seats how many hostile clients there are in each room. Each keeps its player.
 * @param play what one does once it is in, until it is closed; nothing by default. It is told how often it was in before.
 */
export async function hostileCrowd(
  url: string,
  honest: Honest,
  seats: Record<Kind, number>,
  play?: (room: Room, times: number) => Promise<void>,
  players: readonly Client[] = [],
): Promise<Crowd> {
  const closes: Record<number, number> = {};
  const end = new AbortController();
  const one = async (client: Client, kind: Kind, number: number): Promise<void> => {
    let times = number;
    while (!end.signal.aborted) {
      try {
        const room = quiet(await client.joinById(honest[kind].roomId, OPTIONS));
        const closed = new Promise<void>((resolve) =>
          room.onLeave((code) => {
            closes[code] = (closes[code] ?? 0) + 1;
            resolve();
          }),
        );
        const played = play?.(room, times);
        times += 1;
        while (room.connection.isOpen && !end.signal.aborted) await Promise.race([closed, sleep(50)]);
        await played;
        if (room.connection.isOpen) void room.leave();
      } catch {
        // The room is full of those who are just going.
        await sleep(10);
      }
      if (play) await sleep(RETURN_MS, undefined, { signal: end.signal }).catch(() => undefined);
    }
  };
  const running: Promise<void>[] = [];
  for (const kind of KINDS)
    for (let seat = 0; seat < seats[kind]; seat += 1)
      running.push(one(players[running.length] ?? (await newPlayer(url)), kind, running.length));
  return {
    closes,
    end: async () => {
      end.abort();
      await Promise.all(running);
    },
  };
}
