/**
 * Skirmish's room: 2–8 players, empty places filled with bots. An open room plays match after match with whoever is
 * there. One that a queue or a custom game made (`roster.placement`) is for its players and spectators: it waits for
 * them to arrive, asks its queue for replacements when some leave, and closes after the match unless all want a
 * rematch. The rules are `stepMatch` in `shared/`; this file seats people, feeds the step with their inputs and tells
 * the world.
 *
 * A dropped connection keeps its seat for `reconnectionSeconds`, and a bot stands in meanwhile. A player who joins again
 * from elsewhere (a reloaded page, a second tab) takes over the fighter, and the older connection is closed with 4409
 * `session_replaced`.
 */
import {
  type Client,
  CloseCode,
  type Deferred,
  definePlugins,
  logger,
  type Rewind,
  Room,
} from "@colyseus/core";
import { WebRTCPlugin } from "colyseus/plugins/webrtc";
import { SkirmishInput } from "../../schemas/skirmish-input.ts";
import { Fighter, SkirmishState, Team } from "../../schemas/skirmish-state.ts";
import {
  AntiCheatPlugin,
  ERRORS,
  FogPlugin,
  joinRefusal,
  MatchPlugin,
  type MatchStatus,
  type Placement,
  type PlayerIdentity,
  ReplayPlugin,
  type ReplayReference,
  type RoomServices,
  RosterPlugin,
  requirePlayer,
  TeamVoicePlugin,
  UnreliableLanePlugin,
} from "../../src/index.ts";
import { Attendance } from "./attendance.ts";
import { BotCrew } from "./bot-crew.ts";
import { EventSender } from "./event-sender.ts";
import { Fight, type FightOptions } from "./fight.ts";
import { finalStandings } from "./final-standings.ts";
import { skirmishFog } from "./fog-of-war.ts";
import { MatchWatch, skirmishValidators } from "./match-watch.ts";
import { PlayerInputs } from "./player-inputs.ts";
import { readSettings, rulesOf, type SkirmishSettings } from "./room-settings.ts";
import { sanitizeInput } from "./sanitize-input.ts";
import { loadMap } from "./shared/arena-map.ts";
import { MAX_SLOTS, TICK_RATE } from "./shared/constants.ts";
import type { FighterInput } from "./shared/fighter-step.ts";
import foundry from "./shared/maps/foundry.json" with { type: "json" };
import { buildNavGrid } from "./shared/nav-grid.ts";
import { buildSightGrid } from "./shared/sight-grid.ts";
import { TeamSheet } from "./team-sheet.ts";

/** Half as many as there are slots: whoever takes a seat over, or a bot that is about to go, needs one too. */
const MOST_PLACES = MAX_SLOTS / 2;

const MAP = loadMap(foundry);
/** Paths that were looked for once are kept in it, for every room. */
const GRID = buildNavGrid(MAP);
const SIGHT = buildSightGrid(MAP);

export class SkirmishRoom extends Room<{ state: SkirmishState; input: SkirmishInput }> {
  static override onAuth = requirePlayer;

  override state = new SkirmishState();
  override maxClients = 8;
  override patchRate = 1000 / TICK_RATE;
  override inputs = this.defineInput(SkirmishInput, { sanitize: sanitizeInput });
  override plugins = definePlugins({
    roster: new RosterPlugin(() => this.#status()),
    match: new MatchPlugin(),
    replay: new ReplayPlugin(),
    lane: new UnreliableLanePlugin(),
    anticheat: new AntiCheatPlugin({
      tickRate: TICK_RATE,
      validators: skirmishValidators,
      place: (sessionId) => this.#watch.placeOf(sessionId, this.state),
    }),
    fog: new FogPlugin(
      skirmishFog({
        grid: SIGHT,
        state: () => this.state,
        isEnabled: () => this.#settings.fogOfWar,
        roundTripMs: (sessionId): number | undefined => this.plugins.anticheat.roundTripMs(sessionId),
      }),
    ),
    voice: new TeamVoicePlugin({
      signalling: WebRTCPlugin,
      teamOf: (sessionId) => this.#voiceTeamOf(sessionId),
    }),
  });
  override messages = { rematch: (client: Client) => this.#voteForRematch(client) };

  #settings!: SkirmishSettings;
  #fight!: Fight;
  #inputs!: PlayerInputs;
  #watch!: MatchWatch;
  readonly #bots = new BotCrew();
  readonly #attendance = new Attendance();
  #sheet!: TeamSheet;
  /** The queue whose rating the next match counts for; "" when none does. */
  #rating = "";
  readonly #events = new EventSender(MAP);
  /** The room is on its way out: it neither steps nor counts what happens to its match. */
  #closing = false;
  #draining = false;
  /** The players of a match that was made for them are on their way. */
  #arriving = false;
  /** How those stood who left the running match for good, by player. */
  readonly #leavers = new Map<string, Fighter>();
  /** Sessions that have sent an input in the running match: a seat that only waits for its player takes no part. */
  readonly #tookPart = new Set<string>();
  readonly #keptSeats = new Map<string, Deferred<Client>>();
  /** Players who want to play again. */
  readonly #rematch = new Set<string>();

  /** Settings come from `arena.config.ts`; of what a client sent only an open room's mode is looked at. */
  override onCreate({ arena, mode }: { arena: RoomServices; mode?: unknown }): void {
    this.#settings = readSettings(arena.options["settings"]);
    const { placement } = this.plugins.roster;
    const { anticheat } = this.plugins;
    this.#watch = new MatchWatch(anticheat, {
      map: MAP,
      mightSee: (from, to) => SIGHT.mightSee(SIGHT.cellOf(from.x, from.y), SIGHT.cellOf(to.x, to.y), 0),
    });
    this.#inputs = new PlayerInputs(this.inputs, {
      rewind: this.#compensateLag(this.#settings.lagCompensationMs),
      isRestricted: (sessionId) => anticheat.isRestricted(sessionId),
      consumed: (...input) => this.#watch.consumed(...input, this.state.tick),
      dropped: (count) => arena.inputsDropped("backlog", count),
    });
    this.#fight = this.openFight({
      state: this.state,
      map: MAP,
      grid: GRID,
      rules: rulesOf(this.#settings, placement !== undefined),
      consume: (key) => this.#consumeInputs(key),
      emit: (event) => {
        this.#watch.happened(event);
        this.#events.add(event);
      },
    });
    this.state.map = MAP.name;
    this.state.rewindMs = this.#settings.lagCompensationMs;
    this.state.fog = this.#settings.fogOfWar;
    if (placement) this.#prepareFor(placement, arena);
    else this.#prepareOpen(mode);
    for (let team = 0; this.state.mode === "teams" && team < this.#sheet.sizes.length; team += 1)
      this.state.teams.push(new Team());
    this.#fillWithBots();
    this.setFixedTimestep(() => this.#tick(), TICK_RATE);
    // Set anew, its timer stands behind that of the ticks: a patch follows the tick that it tells of at once.
    this.patchRate = 1000 / TICK_RATE;
  }

  override onJoin(client: Client): void {
    const player = client.auth as PlayerIdentity;
    const olderSession = this.plugins.match.sessionOf(player.playerId, client.sessionId) ?? "";
    const older = this.state.fighters.get(olderSession);
    const team = this.plugins.roster.teamOf(player.playerId) ?? this.#sheet.neediest(this.state.fighters);
    if (team < 0) return;
    const fighter = new Fighter();
    fighter.name = player.name;
    fighter.team = team;
    if (older) this.#takeOver(olderSession, client.sessionId, fighter);
    else if (this.#isTaken(team)) throw joinRefusal("team_full");
    else this.#seatPlayer(client.sessionId, player.playerId, fighter);
    this.#fillWithBots();
    void this.#dress(client, fighter);
  }

  override onDrop(client: Client, code?: number): void {
    const fighter = this.state.fighters.get(client.sessionId);
    // Codes from 4000 on are ours: whoever was closed on purpose does not come back to this seat.
    const onPurpose = code !== undefined && code >= 4000 && code !== CloseCode.MAY_TRY_RECONNECT;
    if (!fighter || onPurpose) return;
    fighter.connected = false;
    this.#fight.wake(client.sessionId);
    const seat = this.allowReconnection(client, this.#settings.reconnectionSeconds);
    this.#keptSeats.set(client.sessionId, seat);
    seat.catch(() => undefined).finally(() => this.#keptSeats.delete(client.sessionId));
  }

  override onReconnect(client: Client): void {
    const fighter = this.state.fighters.get(client.sessionId);
    if (!fighter) return;
    fighter.connected = true;
    this.#fight.sleep(client.sessionId);
  }

  override onLeave(client: Client): void {
    this.#inputs.close(client.sessionId);
    const fighter = this.state.fighters.get(client.sessionId);
    if (!fighter) return;
    const tookPart = this.#takesPart(client.sessionId);
    this.#tookPart.delete(client.sessionId);
    if (this.state.phase === "live" && !this.#closing) {
      this.#leavers.set((client.auth as PlayerIdentity).playerId, fighter);
      if (tookPart) this.plugins.match.noteLeft(client, fighter);
    }
    this.#fight.leave(client.sessionId);
    this.#watch.leave(client.sessionId, fighter.slot);
    this.#rematch.delete((client.auth as PlayerIdentity).playerId);
    this.#tellVotes();
    this.#fillWithBots();
  }

  /** The server is about to stop: the match that runs is the last one here. */
  onDrain(seconds: number): void {
    this.#draining = true;
    if (["live", "over"].includes(this.state.phase)) this.broadcast("draining", { seconds });
    else this.#closeForRestart();
  }

  #closeForRestart(): void {
    this.#closing = true;
    void this.disconnect(CloseCode.SERVER_SHUTDOWN);
  }

  /** A match that the server's own stop cuts short counts for nobody. */
  override onBeforeShutdown(): void {
    this.#closing = true;
    super.onBeforeShutdown();
  }

  /** Everybody left a running match: it still counts for them. */
  override async onDispose(): Promise<void> {
    if (this.state.phase === "live" && !this.#closing) await this.#finishMatch();
  }

  override onBeforePatch(): void {
    this.#inputs.patches.note(this.clock.elapsedTime, this.state.tick);
    this.#events.send(this.plugins.fog.audiences, this.state);
  }

  /** For a room that watches what is fought. */
  protected openFight(options: FightOptions): Fight {
    return new Fight(options);
  }

  #prepareOpen(mode: unknown): void {
    const { fighters } = this.#settings;
    this.state.mode = mode === "teams" || mode === "ffa" ? mode : this.#settings.mode;
    const half = Math.floor(fighters / 2);
    this.#sheet = new TeamSheet(this.state.mode === "teams" ? [half, half] : [fighters]);
    this.#rating = this.state.mode;
  }

  /** Bots come when the players are there, or are late. */
  #prepareFor(placement: Placement, { matchmaking }: RoomServices): void {
    const { queue, rated, match, seats, teams } = placement;
    this.state.mode = match["mode"] === "teams" ? "teams" : "ffa";
    this.state.queue = queue;
    this.state.counts = rated;
    this.#rating = matchmaking.queues[queue]?.rating ?? "";
    this.#sheet = new TeamSheet(teams);
    if (this.#sheet.places > MOST_PLACES) throw joinRefusal("match_not_created");
    // Spectators on top, and whoever joins a second time before the first connection has ended.
    this.maxClients = this.#sheet.places + seats.length + 8;
    this.#arriving = true;
    this.#fight.context.rules.minFighters = seats.filter(({ team }) => team >= 0).length;
    this.clock.setTimeout(() => this.#startWithWhoIsHere(), this.#settings.arrivalSeconds * 1000);
  }

  #startWithWhoIsHere(): void {
    this.#arriving = false;
    this.#fight.context.rules.minFighters = Math.min(2, this.#sheet.places);
    this.#fillWithBots();
  }

  /** For the roster: what is played here, and who is missing. */
  #status(): MatchStatus {
    const { mode, map, phase, secondsLeft, fighters, teams } = this.state;
    const open = this.#sheet.open(fighters);
    const missing = open.reduce((sum, count) => sum + count, 0);
    const places = this.plugins.roster.placement ? this.#sheet.places : this.maxClients;
    const score = this.#sheet.sizes.map((_size, team) => {
      if (mode === "teams") return teams[team]?.score ?? 0;
      return [...fighters.values()].find((fighter) => fighter.team === team)?.score ?? 0;
    });
    return {
      mode,
      map,
      phase,
      players: this.#sheet.places - missing,
      places,
      // A rematch is among those who wanted it.
      live: phase === "live" && !this.#closing && this.#rating !== "",
      closing: this.#closing,
      secondsLeft,
      lengthSeconds: this.#settings.matchSeconds,
      score,
      open,
    };
  }

  /** Of a match that was made for its players: who left and was replaced has no way back. */
  #isTaken(team: number): boolean {
    return (
      this.plugins.roster.placement !== undefined && (this.#sheet.open(this.state.fighters)[team] ?? 0) === 0
    );
  }

  /** In a match that was made for its players standing still is no way out. */
  #takesPart(sessionId: string): boolean {
    return this.#tookPart.has(sessionId) || this.plugins.roster.placement !== undefined;
  }

  /** In a free-for-all nobody is on anybody's side. */
  #voiceTeamOf(sessionId: string): number | undefined {
    return this.state.mode === "teams" ? this.state.fighters.get(sessionId)?.team : undefined;
  }

  #isLate(sessionId: string): boolean {
    const { playerId } = (this.clients.get(sessionId)?.auth ?? { playerId: "" }) as { playerId: string };
    return this.plugins.roster.isLate(playerId);
  }

  #voteForRematch(client: Client): void {
    const { queue, phase, fighters } = this.state;
    const allowed = queue !== "" && phase === "over" && fighters.has(client.sessionId);
    this.plugins.anticheat.asked(client, "rematch", allowed);
    if (!allowed) return;
    this.#rematch.add((client.auth as PlayerIdentity).playerId);
    this.#tellVotes();
  }

  #tellVotes(): void {
    if (this.state.queue === "" || this.state.phase !== "over") return;
    this.broadcast("rematch_votes", { votes: this.#rematch.size, needed: this.#people });
  }

  get #people(): number {
    return [...this.state.fighters.values()].filter(({ bot }) => !bot).length;
  }

  /** A rematch is for fun: who chose to go on together could agree on who wins. */
  #playAgainOrClose(): void {
    if (this.#rematch.size > 0 && this.#rematch.size === this.#people) {
      this.#rating = "";
      return;
    }
    this.#closing = true;
    void this.disconnect(ERRORS.match_over.close);
  }

  #tick(): void {
    if (this.#closing) return;
    const phaseBefore = this.state.phase;
    try {
      if (this.#arriving && this.#people >= this.#fight.context.rules.minFighters) this.#startWithWhoIsHere();
      this.#fight.step();
      this.#watch.afterTick(this.state, this.#fight.context.history, performance.now());
    } catch (error) {
      // A bug of ours ends this room, never the process with everyone else's rooms.
      logger.error({ err: error, roomId: this.roomId }, "the match step threw; closing the room");
      this.#closing = true;
      void this.disconnect(CloseCode.WITH_ERROR);
      return;
    }
    if (this.state.phase === "live") this.#noteAttendance();
    if (this.state.phase !== phaseBefore) this.#enteredPhase();
  }

  #noteAttendance(): void {
    this.state.fighters.forEach(({ bot }, key) => {
      if (!bot) this.#attendance.note(key, !this.#fight.minds.has(key));
    });
  }

  #enteredPhase(): void {
    if (this.state.phase === "countdown") {
      const { matchId, seed } = this.plugins.match.begin({
        mode: this.state.mode,
        map: this.state.map,
        queue: this.#rating,
        teamGame: this.state.mode === "teams",
      });
      this.#rematch.clear();
      this.state.matchId = matchId;
      const { setup } = this.#fight.begin(seed);
      this.#watch.begin(this.state.tick);
      const { mode, map } = this.state;
      this.plugins.replay.begin({ matchId, mode, map, tickRate: TICK_RATE, setup });
      this.#tookPart.clear();
      this.#attendance.clear();
      this.#leavers.clear();
    } else if (this.state.phase === "over") {
      void this.#finishMatch();
      this.#tellVotes();
    } else if (this.state.phase === "waiting" && this.#draining) {
      this.#closeForRestart();
    } else if (this.state.phase === "waiting" && this.plugins.roster.placement) {
      this.#playAgainOrClose();
    }
  }

  async #finishMatch(): Promise<void> {
    const replay = this.#keepRecording();
    if (!this.state.counts) return;
    const { standings, bots, away } = finalStandings(this.state, {
      takesPart: (key) => this.#takesPart(key),
      wasAway: (key) => this.#attendance.wasAway(key),
      isLate: (key) => this.#isLate(key),
    });
    for (const { sessionId, fighter } of away) this.plugins.match.noteLeft({ sessionId }, fighter);
    try {
      await this.plugins.match.finish(standings, this.state.fighters.size, bots, replay);
    } catch (error) {
      logger.error({ err: error, matchId: this.state.matchId }, "the match could not be recorded");
    }
  }

  /** What a match of no consequence was like is kept by nobody. */
  #keepRecording(): Promise<ReplayReference | undefined> | undefined {
    const log = this.#fight.end();
    if (log === undefined || !this.state.counts) {
      this.plugins.replay.discard();
      return undefined;
    }
    const players = [...this.state.fighters.values()].map(({ slot, name, bot }) => ({ slot, name, bot }));
    this.plugins.replay.append(log.body());
    return this.plugins.replay.finish({ players });
  }

  /** What the player wears comes from the database, which must hold up neither the join nor the match. */
  async #dress(client: Client, fighter: Fighter): Promise<void> {
    const { skin = "", trail = "" } = await this.plugins.match.loadoutOf(client);
    fighter.skin = skin;
    fighter.trail = trail;
  }

  #consumeInputs(sessionId: string): FighterInput[] {
    const inputs = this.#inputs.consume(sessionId, this.state.fighters.get(sessionId)?.weaponCooldown ?? 0);
    if (inputs.length > 0 && this.state.phase === "live") this.#tookPart.add(sessionId);
    return inputs;
  }

  /** Colyseus stamps inputs with what their player saw, and bounds how far back that may lie. */
  #compensateLag(maxRewindMs: number): Rewind | undefined {
    if (maxRewindMs === 0) return undefined;
    return this.allowRewindState({ maxRewindMs }).attachAll(this.state.fighters, { fields: ["x", "y"] });
  }

  #seat(key: string, fighter: Fighter): void {
    fighter.slot = this.#freeSlot();
    this.#fight.enter(key, fighter);
  }

  #seatPlayer(sessionId: string, playerId: string, fighter: Fighter): void {
    this.#inputs.open(sessionId);
    this.#seat(sessionId, fighter);
    const left = this.#leavers.get(playerId);
    if (!left) return;
    this.#leavers.delete(playerId);
    this.#fight.bringBack(sessionId, fighter, left);
  }

  #takeOver(olderSession: string, session: string, fighter: Fighter): void {
    this.#fight.pass(olderSession, session, fighter);
    if (this.#tookPart.delete(olderSession)) this.#tookPart.add(session);
    this.#inputs.passOn(olderSession, session);
    this.#attendance.pass(olderSession, session);
    const { close } = ERRORS.session_replaced;
    this.#keptSeats.get(olderSession)?.reject(false);
    this.clients.get(olderSession)?.leave(close, "session_replaced");
  }

  /** None while the players are still arriving. Whenever people come, bots of their team go. */
  #fillWithBots(): void {
    const { fighters } = this.state;
    if (this.#closing || this.#arriving) return;
    for (;;) {
      const short = this.#sheet.shortTeam(fighters);
      if (short === undefined) break;
      const { key, fighter } = this.#bots.hire(short);
      this.#seat(key, fighter);
      this.#fight.wake(key);
    }
    for (;;) {
      const crowded = this.#sheet.crowdedTeam(fighters);
      const key = crowded === undefined ? undefined : this.#bots.dismiss(this.state, crowded);
      if (key === undefined) break;
      this.#fight.leave(key);
    }
  }

  /** There are twice as many slots as places, so one is always free. */
  #freeSlot(): number {
    const taken = new Set<number>();
    this.state.fighters.forEach((fighter) => taken.add(fighter.slot));
    for (let slot = 0; slot < MAX_SLOTS; slot += 1) if (!taken.has(slot)) return slot;
    throw new Error(`all ${MAX_SLOTS} slots are taken`);
  }
}
