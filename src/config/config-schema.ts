/**
 * The closed configuration of a server. Unknown keys are refused; every key has a default that suits development or
 * says why it has none. Units stand in the names. What comes from the environment is listed in `load-config.ts`.
 */
import type { Room } from "@colyseus/core";
import { z } from "zod";
import { anticheatConfig } from "./anticheat-config.ts";
import { laneConfig } from "./lane-config.ts";
import { matchmakingConfig } from "./matchmaking-config.ts";
import { parseConditions } from "./network-conditions.ts";
import { progressionConfig } from "./progression-config.ts";

/** A room class as Colyseus' `define` takes it. */
export type RoomClass = new () => Room;

/** A room class, and the options that `onCreate` receives over whatever a client sent. */
export interface RoomDefinition {
  room: RoomClass;
  options?: Record<string, unknown>;
  /** Option names that `joinOrCreate` and `join` compare (Colyseus' `filterBy`). */
  filterBy?: readonly string[];
  /**
   * The module whose `replayGame` runs the room's recordings again: `new URL("./replay-game.ts", import.meta.url)`.
   * With it the room's results are verified.
   */
  replay?: URL;
  /** A player is in one such room at a time: who joins another leaves the older one, with 4409 `session_replaced`. */
  onePerPlayer?: boolean;
}

const roomClass = z.custom<RoomClass>((value) => typeof value === "function", "expected a room class");
const roomDefinition = z.union(
  [
    roomClass.transform((room): RoomDefinition => ({ room })),
    z.strictObject({
      room: roomClass,
      options: z.record(z.string(), z.unknown()).optional(),
      filterBy: z.array(z.string()).optional(),
      replay: z.instanceof(URL).optional(),
      onePerPlayer: z.boolean().optional(),
    }),
  ],
  "expected a room class or { room, options?, filterBy?, replay?, onePerPlayer? }",
);

const whole = (low: number, high: number) => z.int().min(low).max(high);

export const configSchema = z
  .strictObject({
    /** Shown in logs and on pages. */
    name: z.string().min(1).max(64).default("arena"),
    /** Rooms by the name that clients join. */
    rooms: z
      .record(z.string().regex(/^[a-zA-Z0-9_-]{1,32}$/, "expected letters, digits, - and _"), roomDefinition)
      .refine((rooms) => Object.keys(rooms).length > 0, "expected at least one room"),
    /** "production" refuses embedded stores, default secrets and open operator pages. */
    environment: z.enum(["development", "test", "production"]).default("development"),
    /** Names this build of the game in match results. */
    build: z.string().min(1).max(64).default("dev"),
    /**
     * Fingerprint of the wire (`protocolFingerprint` of `colyseus-arena/sdk/protocol-fingerprint`): a client that joins
     * with another one is refused. One that sends none is let in.
     */
    protocol: z
      .string()
      .regex(/^[0-9a-f]{16}$/, "expected 16 hexadecimal digits")
      .optional(),
    logLevel: z.enum(["silent", "error", "warn", "info", "debug"]).default("info"),

    transport: z
      .strictObject({
        host: z.string().min(1).default("0.0.0.0"),
        /** 0 takes any free port. */
        port: whole(0, 65_535).default(2567),
        /** Where clients reach this process when it stands behind a router, without the scheme. */
        publicAddress: z.string().min(1).optional(),
        /**
         * Origins of web pages that may call this server besides its own, like "https://game.example". Clients that
         * are not browsers send no origin and are let in. In development any page on localhost may.
         */
        allowedOrigins: z.array(z.url({ protocol: /^https?$/ })).default([]),
        /** Proxies in front of this server whose X-Forwarded-For entries are believed. */
        trustedProxyHops: whole(0, 10).default(0),
        pingIntervalMs: whole(500, 60_000).default(3000),
        /**
         * A worse network than there is, for development: "round trip ms/jitter ms/loss %", like "200/50/5". For
         * WebSockets and lanes, in both directions.
         */
        conditions: z
          .string()
          .refine((text) => parseConditions(text) !== undefined, 'expected "200/50/5": ms, ms, percent')
          .optional(),
        /** How long a stop waits for rooms to close before it closes their connections itself. */
        stopTimeoutMs: whole(0, 600_000).default(5000),
      })
      .prefault({}),

    limits: z
      .strictObject({
        /** Largest WebSocket frame from a client. */
        frameBytes: whole(256, 1_048_576).default(4096),
        /** Largest HTTP body, matchmaking included. */
        bodyBytes: whole(256, 1_048_576).default(8192),
        /** A request's head must have arrived by then, an upgrade's too, and its body as long after it. */
        bodyTimeoutMs: whole(100, 60_000).default(5000),
        /** Frames a second from one connection; more close it. Inputs come at the tick rate. */
        framesPerSecond: whole(10, 10_000).default(150),
        /** Frames a second from one connection that are no inputs, and how many of them may come at once. */
        messagesPerSecond: whole(1, 10_000).default(20),
        messageBurst: whole(1, 10_000).default(120),
        /** From one connection; what two seconds hold may come at once. */
        bytesPerSecond: whole(1000, 100_000_000).default(65_536),
        /** What may wait for a client that does not read, before its connection is cut. */
        bufferedBytes: whole(10_000, 1_000_000_000).default(1_048_576),
        /** WebSockets from one address (of IPv6: one /64), and to this process. */
        socketsPerAddress: whole(1, 1_000_000).default(20),
        sockets: whole(1, 1_000_000).default(20_000),
        /**
         * What a room may send to each of its clients, on average, WebSocket and lane together: 128 kbit/s by default.
         * More is logged, not held back.
         */
        roomBytesPerSecondPerClient: whole(100, 100_000_000).default(16_000),
        /** Guest accounts that one address may open a minute. */
        guestsPerMinute: whole(1, 100_000).default(30),
        /** Requests to the matchmaker that one address may make a minute, reconnections included. */
        matchmakesPerMinute: whole(1, 1_000_000).default(120),
        /** Requests to the matchmaker that one player may make a minute, from wherever. */
        matchmakesPerMinutePerPlayer: whole(1, 1_000_000).default(40),
        /** Requests to /api that one address may make a minute. */
        apiRequestsPerMinute: whole(1, 1_000_000).default(600),
        /** Exports of a player's data that one address may ask for a minute: each reads thousands of entries. */
        exportsPerMinute: whole(1, 100_000).default(10),
        /** Match results that may wait, on disk, for the database. */
        pendingResults: whole(1, 1_000_000).default(10_000),
      })
      .prefault({}),

    storage: z
      .strictObject({
        /** Absent: the embedded development server, with its files in `dataDir`. */
        mongodbUri: z
          .string()
          .regex(/^mongodb(\+srv)?:\/\//, "expected mongodb:// or mongodb+srv://")
          .optional(),
        dataDir: z.string().min(1).default(".arena"),
        /** How long a start waits for the database. */
        connectTimeoutMs: whole(500, 120_000).default(10_000),
        /** How long one statement may take before its caller is told that the database is away. */
        operationTimeoutMs: whole(500, 86_400_000).default(5000),
      })
      .prefault({}),

    cluster: z
      .strictObject({
        /** Absent: Colyseus' local presence and driver, one process. */
        redisUrl: z
          .string()
          .regex(/^rediss?:\/\//, "expected redis:// or rediss://")
          .optional(),
        /** How many processes `arena start` runs on this machine; "auto": one a core. More than one want `redisUrl`. */
        processes: z.union([whole(1, 99), z.literal("auto")]).default(1),
        /** How often a process tells the others that it lives, and how loaded it is. */
        beatMs: whole(100, 60_000).default(1000),
        /** One that was silent for so long is asked, and without an answer within 2 s its rooms are removed. */
        deadAfterMs: whole(1000, 600_000).default(4000),
        /**
         * How long a SIGTERM lets matches go on that run here, while no new rooms are made; 0: they end at once. In
         * production 300,000 when absent, elsewhere 0. Whatever ends the process must wait for longer.
         */
        drainTimeoutMs: whole(0, 86_400_000).optional(),
        /** Above this share of time in which its event loop runs (0 to 1, over five beats) a process takes no new rooms. */
        fullAtBusy: z.number().min(0.1).max(1).default(0.9),
        /** Above this share of the memory that its heap may have. */
        fullAtMemory: z.number().min(0.1).max(1).default(0.9),
      })
      .prefault({}),

    auth: z
      .strictObject({
        /** Signs players' tokens (HS256). Absent in development: one is made and kept in `storage.dataDir`. */
        secret: z.string().trim().min(32, "expected at least 32 characters").optional(),
        tokenLifetimeSeconds: whole(60, 31_536_000).default(30 * 24 * 3600),
      })
      .prefault({}),

    operators: z
      .strictObject({
        /**
         * Of the user name "operator": guards /monitor, /playground and /console. Absent in development, and without
         * accounts: open to this machine.
         */
        password: z.string().trim().min(12, "expected at least 12 characters").optional(),
        /** Accounts of their own. "metrics" reads /metrics, a reviewer also sees /console's reviews and their API, an operator everything. */
        accounts: z
          .record(
            z.string().regex(/^[A-Za-z0-9_-]{1,32}$/, "expected letters, digits, - and _"),
            z.strictObject({
              password: z.string().trim().min(12, "expected at least 12 characters"),
              role: z.enum(["metrics", "reviewer", "operator"]),
            }),
          )
          .refine((accounts) => !Object.hasOwn(accounts, "operator"), '"operator" is whom `password` is of')
          .default({}),
      })
      .prefault({}),

    /** Recordings of matches, in `storage.dataDir`. The oldest go when there are too many. */
    replays: z
      .strictObject({
        keepDays: whole(1, 3650).default(14),
        mostFiles: whole(1, 1_000_000).default(20_000),
        mostBytes: whole(1_000_000, 1_000_000_000_000).default(2_000_000_000),
        /** Of one match, before compression; a recording that comes to more is dropped. 0: nothing is recorded. */
        mostMatchBytes: whole(0, 100_000_000).default(8_000_000),
        /** Runs recordings again in the background, and keeps what differs from its result off ratings and boards. */
        verify: z.boolean().default(true),
        /** How long a result waits for that at most; then it counts without. */
        verifyTimeoutMs: whole(100, 600_000).default(20_000),
      })
      .prefault({}),

    progression: progressionConfig,

    matchmaking: matchmakingConfig,

    lane: laneConfig,

    anticheat: anticheatConfig,

    web: z
      .strictObject({
        /** A folder with a built web page, served at `/`. Absent: no page. */
        clientDir: z.string().min(1).optional(),
      })
      .prefault({}),
  })
  .superRefine(({ rooms, matchmaking, progression }, context) => {
    const named = Object.entries(matchmaking.queues).map(([key, queue]) => [["queues", key], queue] as const);
    const all = matchmaking.quickPlay ? [...named, [["quickPlay"], matchmaking.quickPlay] as const] : named;
    for (const [path, { room, rating }] of all) {
      const refuse = (name: string, value: string): void =>
        context.addIssue({
          code: "custom",
          path: ["matchmaking", ...path, name],
          message: `names ${JSON.stringify(value)}, which is not declared`,
        });
      if (!Object.hasOwn(rooms, room)) refuse("room", room);
      if (rating !== undefined && !Object.hasOwn(progression.queues, rating)) refuse("rating", rating);
    }
  });

/** What a game writes in `arena.config.ts`. */
export type ArenaConfigInput = z.input<typeof configSchema>;

/** The whole configuration as the server uses it: complete and frozen. */
export type ArenaConfig = z.output<typeof configSchema> & { auth: { secret: string } };
