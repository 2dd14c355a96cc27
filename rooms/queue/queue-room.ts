/**
 * The queue players wait in. Join it with `QueueJoinOptions` and listen (`schemas/queue-messages.ts` says to what): the
 * room tells how long it may take and what holds a ticket, asks everybody of a match whether they are ready, creates
 * the match's room and hands out its seats, to all or to none.
 *
 * One room serves a queue (and region) in all of a cluster: `joinOrCreate` finds it by its listing, and a second one
 * is refused, or closes itself when two came to be at the same moment. When its process dies, clients join again with
 * their pass, and the first of them makes a new room in another process: waiting times are kept.
 *
 * What goes wrong: whoever declines, does not answer, or leaves during a ready check goes, with the party, and may not
 * queue for a while, longer each time; all others are back in the line, before those who waited as long. When no room
 * can be made everybody is. A dropped connection keeps its place for `RECONNECTION_SECONDS`, and its ticket is not
 * matched meanwhile.
 *
 * Bounds: `mostWaiting` players (then `queue_full`), a thousand matches that ask for people, two
 * hundred tickets a turn that are told why they wait (the others follow in the next turns).
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type AuthContext, type Client, CloseCode, logger, Room } from "@colyseus/core";
import { type QueueMessages, QueueState } from "../../schemas/queue-messages.ts";
import {
  type BackfillCall,
  type DeclaredQueue,
  ERRORS,
  type FormedMatch,
  findTwins,
  formMatches,
  joinRefusal,
  type MatchmakingServices,
  type PlacedSeat,
  type PlayerIdentity,
  pickForBackfill,
  type RoomServices,
  requirePlayer,
  type SeatReservation,
  servicesOf,
  type Ticket,
  WaitEstimate,
} from "../../src/index.ts";
import { BackfillBoard, type BackfillPlace } from "./backfill-board.ts";
import { type Closing, close, type Dodge } from "./closing.ts";
import { PlaceKeeper } from "./place-keeper.ts";
import { checkAtDoor } from "./queue-door.ts";
import { type Entry, QueueLine, ticketOf } from "./queue-line.ts";
import { checkIdSchema, readRequest, soloPass } from "./queue-request.ts";
import { QueueStatuses } from "./queue-status.ts";
import { ReadyCheck } from "./ready-check.ts";
import { namesByTeam, placementOf, SeatOffers, type Subject, seatsFor } from "./seating.ts";

const RECONNECTION_SECONDS = 20;
const RENEW_MS = 1000;
const YIELD_MS = 5000;
const STATUS_EVERY_MS = 2000;
const IDLE_MS = 15 * 60_000;
/** After a pass, that many times its duration belong to everything else. */
const PAUSE_FACTOR = 3;
/** A database that is away holds nobody up. */
const PENALTY_TIMEOUT_MS = 2000;
/** After a room could not be created nothing is formed for a moment. */
const BACK_OFF_MS = 2000;

type Waiting = Entry<Client>;
type Check = ReadyCheck<Subject<Client>>;

export class QueueRoom extends Room<{ state: QueueState }> {
  static override async onAuth(
    token: string,
    options: Record<string, unknown>,
    context: AuthContext,
  ): Promise<PlayerIdentity> {
    const player = await requirePlayer(token, options, context);
    await checkAtDoor(servicesOf(QueueRoom).matchmaking, player.playerId, options);
    return player;
  }

  override state = new QueueState();
  /** Everybody sees how many wait; not at every change. */
  override patchRate = 1000;
  /** What is known of waiting times outlives a moment without players. */
  override autoDispose = false;
  override messages = {
    accept: (client: Client, message: unknown) => this.#accept(client, message),
    decline: (client: Client, message: unknown) => this.#decline(client, message),
  };

  #services!: MatchmakingServices;
  #queue!: DeclaredQueue;
  #seed = 0;
  /** The server stops, or the room yields to another: nobody is to blame for leaving. */
  #closing = false;
  #pausedUntil = 0;
  #usedAt = Date.now();
  #publishedPlayers = 0;
  #keeper!: PlaceKeeper;
  #statuses!: QueueStatuses<Client>;
  readonly #line = new QueueLine<Client>();
  readonly #checks = new Map<string, Check>();
  readonly #checkOf = new Map<Waiting, Check>();
  readonly #offers = new SeatOffers();
  /** Why tickets of dropped connections went. */
  readonly #farewells = new Map<string, Closing>();
  readonly #backfills = new BackfillBoard();
  readonly #estimate = new WaitEstimate();

  override async onCreate(options: { arena: RoomServices; queue: string; region?: string }): Promise<void> {
    const { arena, queue, region = "" } = options;
    this.#services = arena.matchmaking;
    const declared = Object.hasOwn(this.#services.queues, queue) ? this.#services.queues[queue] : undefined;
    if (!declared) throw joinRefusal("queue_unknown");
    if (declared.perRegion ? !this.#services.regions.includes(region) : region !== "")
      throw joinRefusal("region_unknown");
    // A client may ask for another room of its own with `create`.
    const twins = await findTwins(this.roomId, this.roomName, { queue, region });
    if (twins.any) throw joinRefusal("queue_moved");
    this.#queue = declared;
    this.#keeper = new PlaceKeeper(this.#services, declared, queue, this.roomId);
    this.#statuses = new QueueStatuses(declared, this.#line, this.#estimate);
    this.state.queue = queue;
    this.state.region = region;
    this.metadata = { queue, region, players: 0 };
    this.clock.setInterval(() => this.#pass(), this.#services.passIntervalMs);
    this.clock.setInterval(() => this.#tellStatus(), STATUS_EVERY_MS);
    this.clock.setInterval(() => this.#keeper.renewTurn(this.#line.entries), RENEW_MS);
    this.clock.setInterval(() => void this.#yieldToOlder(), YIELD_MS);
  }

  override async onJoin(client: Client, options: unknown): Promise<void> {
    const { playerId, name } = client.auth as PlayerIdentity;
    const request = readRequest(options);
    // Whoever comes by the room's id was looked at for the queue that was named.
    if (request?.queue !== this.state.queue) throw joinRefusal("queue_request_invalid");
    if (this.#line.players >= this.#services.mostWaiting) throw joinRefusal("queue_full");
    if (this.#offerSeatAgain(client, playerId) || this.#takePlaceOver(client, playerId)) return;
    // A pass may have run out since it was looked at: with a ticket of one's own the party would be split.
    const pass =
      request.pass === undefined
        ? soloPass(playerId, this.state.queue, randomUUID(), Date.now())
        : this.#services.readPass(request.pass);
    if (!pass || this.#keeper.isSpent(pass.ticketId)) throw joinRefusal("queue_pass_invalid");
    const member = await this.#keeper.memberOf(client, request);
    if (this.#offerSeatAgain(client, playerId) || this.#takePlaceOver(client, playerId)) return;
    this.#replaceOlder(playerId, pass.ticketId);
    const now = Date.now();
    const entry = this.#line.take(pass, { member, name, connection: client, away: false, gone: false }, now);
    this.#welcome(client, entry);
  }

  override onBeforeShutdown(): void {
    this.#closing = true;
    super.onBeforeShutdown();
  }

  override onDrop(client: Client, code?: number): void {
    const { playerId } = client.auth as PlayerIdentity;
    const place = this.#line.entryOf(playerId)?.places.get(playerId);
    if (place?.connection.sessionId !== client.sessionId || (code !== undefined && code >= 4000)) return;
    place.away = true;
    void this.allowReconnection(client, RECONNECTION_SECONDS).catch(() => undefined);
  }

  override onReconnect(client: Client): void {
    const { playerId } = client.auth as PlayerIdentity;
    this.#offerSeatAgain(client, playerId);
    const entry = this.#line.entryOf(playerId);
    const place = entry?.places.get(playerId);
    if (!entry || place?.connection.sessionId !== client.sessionId) {
      // Its ticket went while it was away.
      if (!this.#offers.of(playerId, Date.now()))
        close(client, this.#farewells.get(playerId) ?? "party_left");
      return;
    }
    place.away = false;
    place.connection = client;
    this.#askAgain(entry, client);
  }

  override onLeave(client: Client, code?: number): void {
    if (this.#closing) return;
    const { playerId } = client.auth as PlayerIdentity;
    if (code === CloseCode.CONSENTED) this.#offers.forget(playerId);
    const entry = this.#line.entryOf(playerId);
    const place = entry?.places.get(playerId);
    // Whoever came again from elsewhere holds the place already.
    if (!entry || place?.connection.sessionId !== client.sessionId) return;
    if (entry.state === "placed") {
      // The seat is being made: it is offered again to whoever comes back, and the match reports who never comes.
      place.gone = true;
      return;
    }
    const check = this.#checkOf.get(entry);
    if (check) this.#fail(check, new Map([[playerId, "ready_declined"]]));
    else this.#dismiss(entry, playerId, "party_left");
  }

  override onDispose(): void {
    for (const entry of this.#line.entries) this.#keeper.release(entry);
  }

  /** From a match that lost players, in whatever process; good for a few seconds. */
  async requestBackfill(call: BackfillCall): Promise<void> {
    await this.#backfills.note(call, Date.now(), (playerIds) =>
      this.#services.standingsOf(playerIds, this.#queue.rating),
    );
  }

  #pass(): void {
    const now = Date.now();
    try {
      this.#expire(now);
      if (now < this.#pausedUntil) return;
      const requests = this.#backfills.open(now);
      let tickets: readonly Ticket[] = this.#line.tickets();
      if (requests.length > 0) {
        const filters = [...this.#queue.filters, this.#backfills.keepFormerOut()];
        const picked = pickForBackfill({ ...this.#queue, filters }, requests, tickets, { now });
        for (const place of picked.placed) this.#check(now, [place.ticket], { backfill: place });
        tickets = picked.waiting;
      }
      this.#seed += 1;
      const { matches } = formMatches(this.#queue, tickets, { now, seed: this.#seed });
      for (const match of matches) this.#check(now, match.teams.flat(), { match });
      this.#pausedUntil = Date.now() + PAUSE_FACTOR * (Date.now() - now);
    } catch (error) {
      // A game's own filter may throw: the queue goes on, and tries again.
      logger.error({ err: error, queue: this.state.queue }, "a pass over the queue failed");
      this.#pausedUntil = now + BACK_OFF_MS;
    }
  }

  /** Ready checks that ran out, parties that did not come, seats that need not be offered any more. */
  #expire(now: number): void {
    for (const check of this.#checks.values()) {
      if (now < check.endsAt) continue;
      this.#fail(check, new Map([...check.missing].map((playerId) => [playerId, "ready_missed"])));
    }
    const assemblyMs = this.#services.assemblySeconds * 1000;
    for (const entry of this.#line.entries) {
      if (entry.state !== "assembling" || now < entry.openedAt + assemblyMs) continue;
      this.#dismiss(entry, undefined, "party_incomplete");
    }
    this.#offers.expire(now);
  }

  #check(
    now: number,
    tickets: readonly Ticket[],
    about: { match: FormedMatch } | { backfill: BackfillPlace },
  ): void {
    const entries = tickets.flatMap(({ ticketId }) => this.#line.entry(ticketId) ?? []);
    const playerIds = entries.flatMap((entry) => entry.playerIds);
    const endsAt = now + this.#queue.readyCheckSeconds * 1000;
    const check = new ReadyCheck<Subject<Client>>(randomUUID(), { entries, ...about }, playerIds, endsAt);
    this.#checks.set(check.checkId, check);
    if ("backfill" in about) this.#backfills.hold(about.backfill, endsAt);
    for (const entry of entries) {
      entry.state = "checking";
      this.#checkOf.set(entry, check);
      for (const { connection } of entry.places.values()) this.#ask(check, connection);
    }
  }

  #ask(check: Check, client: Client): void {
    client.send("ready_check", {
      checkId: check.checkId,
      seconds: Math.max(0, Math.round((check.endsAt - Date.now()) / 1000)),
      players: check.players,
      backfill: "backfill" in check.subject,
    } satisfies QueueMessages["ready_check"]);
  }

  /** Whoever comes back into a running check is asked, unless the answer is known. */
  #askAgain(entry: Waiting, client: Client): void {
    const check = this.#checkOf.get(entry);
    if (check?.missing.has((client.auth as PlayerIdentity).playerId)) this.#ask(check, client);
  }

  #accept(client: Client, message: unknown): void {
    const check = this.#checkNamed(client, message);
    if (!check?.accept((client.auth as PlayerIdentity).playerId)) return;
    const { checkId, accepted, players } = check;
    this.#tell(check.subject.entries, "ready_progress", { checkId, accepted, players });
    if (check.complete)
      void this.#place(check).catch((error: unknown) => {
        logger.error({ err: error, queue: this.state.queue }, "a match could not be handed over");
        for (const entry of check.subject.entries) this.#dismiss(entry, undefined, "party_left");
      });
  }

  #decline(client: Client, message: unknown): void {
    const check = this.#checkNamed(client, message);
    const { playerId } = client.auth as PlayerIdentity;
    if (check?.missing.has(playerId)) this.#fail(check, new Map([[playerId, "ready_declined"]]));
  }

  #checkNamed(client: Client, message: unknown): Check | undefined {
    const named = checkIdSchema.safeParse(message);
    const code = "queue_request_invalid";
    if (!named.success) client.send("refused", { code, message: ERRORS[code].message });
    if (!named.success) return undefined;
    const entry = this.#line.entryOf((client.auth as PlayerIdentity).playerId);
    const check = entry && this.#checkOf.get(entry);
    // An answer to a check that is over is late, not wrong.
    return check?.checkId === named.data.checkId ? check : undefined;
  }

  /** @param culprits who is to blame, and for what; the tickets they are on go. */
  #fail(check: Check, culprits: ReadonlyMap<string, Dodge>): void {
    this.#end(check);
    for (const entry of check.subject.entries) {
      if (entry.playerIds.some((playerId) => culprits.has(playerId)))
        this.#expel(entry, check.checkId, culprits);
      else this.#return(entry, check.checkId, "ready_check_failed");
    }
  }

  #expel(entry: Waiting, checkId: string, culprits: ReadonlyMap<string, Dodge>): void {
    this.#forget(entry);
    for (const playerId of entry.playerIds) {
      const place = entry.places.get(playerId);
      const reason = culprits.get(playerId);
      if (place?.away) this.#bidFarewell(playerId, reason ?? "party_left");
      if (reason)
        void this.#penalize({ playerId, key: `dodge/${checkId}/${playerId}`, reason }, place?.connection);
      else if (place) close(place.connection, "party_left");
    }
  }

  #bidFarewell(playerId: string, code: Closing): void {
    this.#farewells.set(playerId, code);
    this.clock.setTimeout(() => this.#farewells.delete(playerId), RECONNECTION_SECONDS * 1000);
  }

  /** The connection ends when the penalty is stored, so that coming again at once meets it. */
  async #penalize(
    dodge: { playerId: string; key: string; reason: Dodge },
    client: Client | undefined,
  ): Promise<void> {
    await Promise.race([this.#services.noteDodge(dodge), sleep(PENALTY_TIMEOUT_MS)]);
    if (client) close(client, dodge.reason);
  }

  /** Back into the line, before those who waited as long. */
  #return(entry: Waiting, checkId: string, code: string): void {
    const gone = [...entry.places.values()].find((place) => place.gone);
    if (gone) return this.#dismiss(entry, gone.member.playerId, "party_left");
    entry.state = "waiting";
    entry.returned += 1;
    this.#tell([entry], "ready_failed", { checkId, code });
  }

  #end(check: Check): void {
    this.#checks.delete(check.checkId);
    for (const entry of check.subject.entries) this.#checkOf.delete(entry);
    // Until the seat is made, or not, nobody else is asked for the place.
    if ("backfill" in check.subject && !check.complete) this.#backfills.release(check.subject.backfill);
  }

  async #place(check: Check): Promise<void> {
    const { subject, checkId } = check;
    this.#end(check);
    for (const entry of subject.entries) entry.state = "placed";
    const seats = seatsFor(subject);
    const placed =
      "match" in subject
        ? await this.#services.createMatch(
            this.#queue.room,
            placementOf(this.state, this.#queue, subject.match, seats),
          )
        : await this.#services.seatIn(subject.backfill.request.roomId, seats);
    if ("backfill" in subject) {
      this.#backfills.release(subject.backfill);
      this.#backfills.drop(subject.backfill.request.roomId);
    }
    if (!placed.ok) {
      if ("match" in subject) this.#pausedUntil = Date.now() + BACK_OFF_MS;
      for (const entry of subject.entries) this.#return(entry, checkId, placed.code);
      return;
    }
    this.state.matches += 1;
    this.#backfills.remember(
      placed.roomId,
      subject.entries.flatMap((entry) => ticketOf(entry).members),
    );
    for (const entry of subject.entries) this.#handOver(entry, placed.reservations, seats);
  }

  #handOver(
    entry: Waiting,
    reservations: ReadonlyMap<string, SeatReservation>,
    seats: readonly PlacedSeat[],
  ): void {
    const now = Date.now();
    const teams = namesByTeam(this.#queue.teams, seats);
    this.#estimate.note(ticketOf(entry), now);
    this.#keeper.spend(entry.ticketId, now);
    this.#forget(entry);
    for (const [playerId, { connection }] of entry.places) {
      const reservation = reservations.get(playerId);
      const seat = seats.find((each) => each.playerId === playerId);
      if (!reservation || !seat) continue;
      const message = { reservation, team: seat.team, teams };
      this.#offers.keep(playerId, message, now);
      connection.send("seat", message);
    }
  }

  /**
   * Whoever comes again during a ready check, or while the seat is being made, goes on in the same place: a reloaded page
   * is no way out, and no fault.
   */
  #takePlaceOver(client: Client, playerId: string): boolean {
    const entry = this.#line.entryOf(playerId);
    const place = entry?.places.get(playerId);
    if (!entry || !place || (entry.state !== "placed" && entry.state !== "checking")) return false;
    close(place.connection, "session_replaced");
    Object.assign(place, { connection: client, away: false, gone: false });
    this.#welcome(client, entry);
    return true;
  }

  #welcome(client: Client, entry: Waiting): void {
    this.state.players = this.#line.players;
    this.#keeper.welcome(client, entry, this.state.region);
    this.#askAgain(entry, client);
  }

  #offerSeatAgain(client: Client, playerId: string): boolean {
    const seat = this.#offers.of(playerId, Date.now());
    if (seat) client.send("seat", seat);
    return seat !== undefined;
  }

  /** Takes the entry out, with everybody on it, and tells them why. */
  #dismiss(entry: Waiting, leaver: string | undefined, code: "party_left" | "party_incomplete"): void {
    this.#forget(entry);
    for (const [playerId, { connection, away }] of entry.places) {
      if (playerId === leaver) continue;
      if (away) this.#bidFarewell(playerId, code);
      close(connection, code);
    }
  }

  #forget(entry: Waiting): void {
    this.#line.remove(entry);
    this.#checkOf.delete(entry);
    this.#keeper.release(entry);
    this.state.players = this.#line.players;
  }

  /** The same player came again: from a reloaded page with the same ticket, or anew. */
  #replaceOlder(playerId: string, ticketId: string): void {
    const entry = this.#line.entryOf(playerId);
    const older = entry?.places.get(playerId)?.connection;
    if (!entry || !older) return;
    if (entry.ticketId !== ticketId) {
      // The claim is for the place that comes.
      entry.places.delete(playerId);
      const check = this.#checkOf.get(entry);
      if (check) this.#fail(check, new Map([[playerId, "ready_declined"]]));
      else this.#dismiss(entry, playerId, "party_left");
    }
    close(older, "session_replaced");
  }

  #tellStatus(): void {
    this.#publish();
    for (const [entry, status] of this.#statuses.turn(Date.now())) this.#tell([entry], "status", status);
  }

  /** For the lobby's list of queues; written only when it changed. */
  #publish(): void {
    if (this.clients.length > 0) this.#usedAt = Date.now();
    else if (Date.now() > this.#usedAt + IDLE_MS) void this.disconnect();
    const { queue, region } = this.state;
    const players = this.#line.players;
    if (this.#publishedPlayers === players) return;
    this.#publishedPlayers = players;
    void this.setMetadata({ queue, region, players }).catch(() => undefined);
  }

  /** Of two rooms for one queue the younger closes; its clients join the older one with their passes. */
  async #yieldToOlder(): Promise<void> {
    const { queue, region } = this.state;
    const twins = await findTwins(this.roomId, this.roomName, { queue, region }).catch(() => undefined);
    if (!twins?.older) return;
    logger.warn({ queue, region, roomId: this.roomId }, "another room serves this queue: closing");
    this.#closing = true;
    await this.disconnect(ERRORS.queue_moved.close);
  }

  #tell<Type extends keyof QueueMessages>(
    entries: readonly Waiting[],
    type: Type,
    message: QueueMessages[Type],
  ): void {
    for (const { places } of entries)
      for (const { connection, away } of places.values()) if (!away) connection.send(type, message);
  }
}
