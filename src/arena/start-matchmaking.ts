/** Hands matchmaking what it needs of the other capabilities, and rooms what they need of matchmaking. */
import { matchMaker } from "@colyseus/core";
import { callRoom, createMatch, seatIn } from "../cluster/match-placement.ts";
import { queueClaims } from "../cluster/queue-claims.ts";
import type { ArenaConfig } from "../config/config-schema.ts";
import type { QueueConfig } from "../config/matchmaking-config.ts";
import { ArenaError } from "../errors.ts";
import { chooseRoom, type RunningRoom } from "../matchmaking/choose-room.ts";
import { asFilter } from "../matchmaking/filters.ts";
import { guardFilter, guardPreference } from "../matchmaking/guard-rules.ts";
import type {
  DeclaredQueue,
  MatchCreated,
  MatchmakingServices,
  PlayerStanding,
} from "../matchmaking/matchmaking-services.ts";
import { readPlacement, signPlacement } from "../matchmaking/placement.ts";
import { readPass, signPass } from "../matchmaking/queue-pass.ts";
import type { Filter } from "../matchmaking/queue-rules.ts";
import { standardFilters, standardPreferences, standardRoomFilters } from "../matchmaking/standard-rules.ts";
import type { TicketMember } from "../matchmaking/ticket.ts";
import type { Logger } from "../observability/logger.ts";
import type { Progression } from "../progression/progression.ts";
import { escalatedDuration } from "../progression/social/penalty-store.ts";
import type { ArenaDatabase } from "./open-database.ts";

/** Whoever has no rating, and everybody in a queue that is not rated: openskill's start. */
const NEWCOMER = { mu: 25, sigma: 25 / 3 };
const RULE_THREW = "a filter or preference of a queue threw: it holds whom it was asked about";
/** Matches whose opponents count as recent. */
const RECENT_MATCHES = 3;
const QUICK_SEAT_MS = 5000;
/** Running matches that quick play looks at. */
const MOST_ROOMS = 100;

export function startMatchmaking(
  config: ArenaConfig,
  { matches, relations, penalties }: ArenaDatabase,
  progression: Progression,
  trustTierOf: (playerId: string) => Promise<number>,
  log: Logger,
): MatchmakingServices {
  const { matchmaking, auth } = config;
  const queues = Object.fromEntries(
    Object.entries(matchmaking.queues).map(([id, queue]) => [id, declare(id, queue, config, log)]),
  );
  const quickPlay = matchmaking.quickPlay;
  const quickFilters = quickPlay?.filters
    ? resolveFilters("quickPlay", quickPlay.filters, log)
    : standardRoomFilters();
  const quickPreferences = quickPlay?.preferences ?? standardPreferences();
  const quickPlayRating = quickPlay?.rating ?? "";

  const standingOf = async (
    playerId: string,
    skill: PlayerStanding["skill"] | undefined,
  ): Promise<PlayerStanding> => {
    const [blocks, history, trustTier] = await Promise.all([
      relations.blockedBy(playerId),
      matches.historyOf(playerId, RECENT_MATCHES),
      trustTierOf(playerId),
    ]);
    const opponents = history.flatMap(({ players, teamGame }) => {
      const own = players.find((player) => player.playerId === playerId);
      return players.filter((other) => other !== own && !(teamGame && other.team === own?.team));
    });
    return {
      skill: skill ?? NEWCOMER,
      trustTier,
      blocks: new Set(blocks),
      recentOpponents: [...new Set(opponents.map((opponent) => opponent.playerId))],
    };
  };

  const services: MatchmakingServices = {
    queues,
    regions: matchmaking.regions,
    largestParty: Math.max(1, ...Object.values(queues).map(({ largestParty }) => largestParty)),
    passIntervalMs: matchmaking.passIntervalMs,
    mostWaiting: matchmaking.mostWaiting,
    assemblySeconds: matchmaking.assemblySeconds,
    quickPlayRating,

    async standingsOf(playerIds, rating) {
      const skills = await progression.skillsOf(playerIds, rating);
      const standings = await Promise.all(
        playerIds.map(async (id) => [id, await standingOf(id, skills.get(id))] as const),
      );
      return new Map(standings);
    },

    async cooldownOf(playerId) {
      const penalty = await penalties.activeFor(playerId, "queue_cooldown", new Date());
      return penalty && (penalty.until ?? new Date(8.64e15));
    },

    async noteDodge({ playerId, key, reason }) {
      try {
        const now = new Date();
        const since = new Date(now.getTime() - matchmaking.dodgeMemoryHours * 3_600_000);
        const earlier = await penalties.countSince(playerId, "queue_cooldown", since);
        const [first = 0, ...rest] = matchmaking.dodgePenaltySeconds;
        const seconds = escalatedDuration(earlier, [first, ...rest]);
        await penalties.impose({
          key,
          playerId,
          kind: "queue_cooldown",
          reason,
          from: now,
          until: new Date(now.getTime() + seconds * 1000),
          issuedBy: "matchmaking",
        });
      } catch (error) {
        log.warn({ err: error, playerId, key }, "a dodged match could not be noted");
      }
    },

    createMatch(room, placement) {
      const signed = signPlacement(auth.secret, { ...placement, issuedAt: Date.now() });
      return createMatch(room, { placement: signed }, placement.seats);
    },
    seatIn,
    claims: queueClaims,
    async requestBackfill(call) {
      const perRegion = queues[call.queue]?.perRegion === true;
      const where = { queue: call.queue, region: perRegion ? call.region : "" };
      await callRoom("queue", where, "requestBackfill", call);
    },
    readPlacement: (text) => readPlacement(auth.secret, text, Date.now()),
    signPass: (pass) => signPass(auth.secret, pass),
    readPass: (text) => readPass(auth.secret, text, Date.now()),
  };
  if (!quickPlay) return services;
  /** One seat a player at a time, for as long as a few clicks take: seats are reserved, and rooms made for them. */
  const quickSeats = new Map<string, { seated: MatchCreated; until: number }>();
  return {
    ...services,
    async quickPlay({ playerId, name, mode, latencies, input }) {
      for (const [owner, { until }] of quickSeats) if (Date.now() > until) quickSeats.delete(owner);
      const given = quickSeats.get(playerId);
      if (given) return given.seated;
      const seats = [{ playerId, name, team: 0 }];
      const rooms = await matchMaker.query(
        { name: quickPlay.room, locked: false, private: false },
        { clients: "desc" },
      );
      const open = rooms
        .filter(({ metadata }) => mode === undefined || metadata?.mode === mode)
        .slice(0, MOST_ROOMS)
        .map(({ roomId, metadata, clients, maxClients }) =>
          // Reserved seats count, which the match itself does not see.
          runningRoom(roomId, metadata, maxClients - clients),
        );
      const others = open.flatMap(({ members }) => members.map((member) => member.playerId));
      const [standings, blocks] = await Promise.all([
        services.standingsOf([playerId], quickPlayRating),
        relations.blocksAmong([playerId, ...others]),
      ]);
      const standing = standings.get(playerId);
      if (!standing) return { ok: false, code: "match_not_created" };
      const blocked = new Set(blocks.filter((pair) => pair.includes(playerId)).flat());
      blocked.delete(playerId);
      const own: TicketMember = {
        playerId,
        ...standing,
        blocks: blocked,
        latencies,
        build: "",
        input,
        attributes: {},
      };
      const now = Date.now();
      const ticket = { ticketId: playerId, members: [own] as const, enqueuedAt: now, returned: 0 };
      const chosen = chooseRoom(quickFilters, quickPreferences, ticket, open, now);
      const joined = chosen && (await seatIn(chosen.roomId, seats));
      const seated = joined?.ok
        ? joined
        : await createMatch(quickPlay.room, mode === undefined ? {} : { mode }, seats);
      if (seated.ok) quickSeats.set(playerId, { seated, until: Date.now() + QUICK_SEAT_MS });
      return seated;
    },
  };
}

function declare(id: string, queue: QueueConfig, config: ArenaConfig, log: Logger): DeclaredQueue {
  return {
    ...queue,
    largestParty: queue.largestParty ?? Math.max(...queue.teams),
    rating: queue.rating ?? id,
    filters: resolveFilters(`queues.${id}`, queue.filters, log),
    preferences: (queue.preferences ?? standardPreferences()).map((preference) =>
      guardPreference(preference, (name, error) => log.error({ err: error, queue: id, name }, RULE_THREW)),
    ),
    // A lone region has nothing to tell apart.
    perRegion: queue.perRegion && config.matchmaking.regions.length > 1,
  };
}

function resolveFilters(where: string, filters: QueueConfig["filters"], log: Logger): Filter[] {
  const failed = (name: string, error: unknown): void => log.error({ err: error, where, name }, RULE_THREW);
  try {
    const declared = filters ? filters.map((filter) => asFilter(filter)) : standardFilters();
    return declared.map((filter) => guardFilter(filter, failed));
  } catch (error) {
    throw new ArenaError("config_invalid", `matchmaking.${where}.filters: ${(error as Error).message}`);
  }
}

/** From the listing that the roster plugin keeps. */
function runningRoom(roomId: string, metadata: unknown, openPlaces: number): RunningRoom {
  const { members = [] } = (metadata ?? {}) as {
    members?: { playerId: string; mu: number; sigma: number; trustTier: number }[];
  };
  return {
    roomId,
    openPlaces,
    members: members.map(({ playerId, mu, sigma, trustTier }) => ({
      playerId,
      skill: { mu, sigma },
      trustTier,
      latencies: {},
      build: "",
      input: "",
      blocks: new Set(),
      recentOpponents: [],
      attributes: {},
    })),
  };
}
