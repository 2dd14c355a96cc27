/** The result of a match: what a room hands over when it is decided, and what storage keeps for ever. */

/** One player's part in a match. Bots have none: they own no progress. */
export interface MatchPlayer {
  playerId: string;
  name: string;
  team: number;
  score: number;
  kills: number;
  deaths: number;
  /** 1 is best; players level with each other share a placement, and in a team game so do all of a team. */
  placement: number;
  won: boolean;
  /** Left before the end and did not come back. */
  left: boolean;
  /** Came into the running match in another's place: a defeat is not held against them. */
  late?: boolean | undefined;
}

/** A bot's part: what a rating needs to know of an opponent that owns nothing. */
export type MatchBot = Pick<MatchPlayer, "team" | "placement">;

/**
 * What running a recorded match again came to: "no" when it came to something else than was recorded, "unknown" when it
 * could not be run.
 */
export type Verified = "yes" | "no" | "unknown";

export interface MatchResult {
  /** Unique; the key under which everything the match causes is done once. */
  matchId: string;
  room: string;
  /** The queue whose rating the match counts for; one that the configuration does not list is not rated. */
  queue: string;
  mode: string;
  map: string;
  /** Seed of the match's random generator. */
  seed: number;
  /** The server's build, as `config.build` names it. */
  build: string;
  /** Under which name the replay is kept, where there is one. */
  replay?: string | undefined;
  /** Set when the result is stored, in games whose matches are verified. With "no" it counts for no rating and no board. */
  verified?: Verified | undefined;
  startedAt: Date;
  endedAt: Date;
  /** Fighters in the match, bots included. */
  fighters: number;
  /** Whether players on the same `team` win together; false: everybody for themselves. */
  teamGame: boolean;
  players: MatchPlayer[];
  bots: MatchBot[];
}

/** A rating as players see it, before and after a match. */
export interface RatingProgress {
  queue: string;
  /** Conservative and scaled; undefined while placement matches are still to be played. */
  displayed: number | undefined;
  /** By how much `displayed` moved; undefined when it was or is not shown. */
  change: number | undefined;
  /** Placement matches still to play. */
  placementsLeft: number;
}

/** What the match did to one player, after it was stored. */
export interface PlayerProgress {
  playerId: string;
  /** Experience earned in this match. */
  earned: number;
  experience: number;
  level: number;
  /** Progress inside the level, 0–1. */
  levelProgress: number;
  games: number;
  wins: number;
  kills: number;
  deaths: number;
  /** Earned in this match, by currency: rewards of levels and achievements included. */
  currencies: Record<string, number>;
  /** Items earned in this match. */
  items: Record<string, number>;
  /** Ids of achievements unlocked by this match. */
  achievements: string[];
  rating?: RatingProgress | undefined;
}

/** What became of a result that was handed over. */
export interface RecordedMatch {
  /**
   * Whether the result is safe: it stands in the local outbox (or, where the disk refuses it, waits in memory) and
   * will be delivered. False: it could not be taken, and its content was logged.
   */
  kept: boolean;
  /** Settles when every effect is stored, which can take as long as the database is away; undefined: never will be. */
  saved: Promise<PlayerProgress[] | undefined>;
}

/** Takes a result; resolves as soon as it is safe, never throws. */
export type RecordMatch = (result: MatchResult) => Promise<RecordedMatch>;
