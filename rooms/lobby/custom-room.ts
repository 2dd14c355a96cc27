/**
 * A game that players set up themselves: teams to choose from, spectators, a password; its host starts a match of its
 * own for everybody who is ready, and, when that is over, the next one. `client.create("custom", options)`, then
 * `client.joinById(code, options)`; `schemas/party-state.ts` is the contract.
 *
 * What can be played stands in the room's options in `arena.config.ts`, by mode: the room, what it is to play, and the
 * places of each team. Such matches count for nothing: whoever sets one up could agree on its outcome.
 *
 * The password stays in this process' memory and is compared in constant time; five wrong ones from a player close the
 * door to that player for a minute.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { type Client, matchMaker } from "@colyseus/core";
import { CustomGameState, type Member } from "../../schemas/party-state.ts";
import { type ErrorCode, joinRefusal, type PlayerIdentity, type RoomServices } from "../../src/index.ts";
import { cleanText } from "./chat.ts";
import * as commands from "./commands.ts";
import { type CustomModes, readModes } from "./custom-modes.ts";
import { GatheringRoom } from "./gathering-room.ts";
import { TokenBuckets } from "./token-buckets.ts";

const MOST_SPECTATORS = 8;
const SPECTATOR = -1;
const LONGEST_NAME = 40;
const WATCH_MS = 2000;
const GUESSES = 5;
const GUESS_REFILL_MS = 60_000;

type Refused = { ok: false; code: ErrorCode } | undefined;

export class CustomRoom extends GatheringRoom {
  override state: CustomGameState = new CustomGameState();
  protected override readonly kind = "custom";
  #modes!: CustomModes;
  #password: Buffer | undefined;
  /** The match that was started from here last, while it runs. */
  #matchRoom: string | undefined;
  #starting = false;
  #listed = "";
  readonly #guesses = new TokenBuckets(GUESSES, GUESS_REFILL_MS);

  override async onCreate(options: { arena: RoomServices }): Promise<void> {
    const { arena } = options;
    this.#modes = readModes(arena.options["modes"]);
    const wanted = commands.createCustom.safeParse(options);
    if (!wanted.success) throw joinRefusal("command_invalid");
    const { mode, name = "", password } = wanted.data;
    const [first = ""] = Object.keys(this.#modes);
    if (mode !== undefined && !Object.hasOwn(this.#modes, mode)) throw joinRefusal("command_invalid");
    await this.gather(arena, MOST_SPECTATORS);
    this.state.mostSpectators = MOST_SPECTATORS;
    this.#setMode(mode ?? first);
    this.#setName(name);
    this.#setPassword(password ?? null);
    this.maxClients = 128;
    this.on("team", commands.team, (client, { team }) => this.#changeTeam(client, team));
    this.on("setup", commands.setup, (client, wish) => this.#setUp(client, wish));
    this.on("start", commands.nothing, (client) => this.#start(client));
    this.clock.setInterval(() => void this.#watchMatch(), WATCH_MS);
    this.changed();
  }

  /** Whoever is inside knows the password, so whom they invite need not. */
  protected override knock({ playerId }: PlayerIdentity, options: unknown): ErrorCode | undefined {
    const wish = commands.joinCustom.safeParse(options ?? {});
    if (!wish.success) return "command_invalid";
    if (!this.#password || this.state.members.size === 0 || this.wasInvited(playerId)) return undefined;
    return this.#guessed(playerId, wish.data.password ?? "") ? undefined : "password_wrong";
  }

  protected override admit(_player: PlayerIdentity, options: unknown): ErrorCode | undefined {
    // The first one is who made it.
    if (this.state.members.size === 0) return undefined;
    const wish = commands.joinCustom.safeParse(options ?? {});
    const spectators = this.everybody.filter(({ team }) => team === SPECTATOR).length;
    const full = this.#roomiestTeam() === undefined;
    const watches = (wish.success && wish.data.spectate === true) || full;
    return watches && spectators >= this.state.mostSpectators ? "party_full" : undefined;
  }

  protected override seat(member: Member, options: unknown): void {
    const wish = commands.joinCustom.safeParse(options ?? {});
    const watches = wish.success && wish.data.spectate === true;
    member.team = watches ? SPECTATOR : (this.#roomiestTeam() ?? SPECTATOR);
  }

  protected override changed(): void {
    const { name, mode, map, locked, playing, code } = this.state;
    // Before the first member has come there is nothing to be listed.
    if (code === "") return;
    const sizes = [...this.state.teamSizes];
    const players = this.everybody.filter(({ team }) => team !== SPECTATOR).length;
    const places = sizes.reduce((sum, size) => sum + size, 0);
    const phase = playing ? "playing" : "open";
    const metadata = { kind: "custom", name, mode, map, players, places, locked, phase };
    const text = JSON.stringify(metadata);
    if (text === this.#listed) return;
    this.#listed = text;
    void this.setMetadata(metadata as never).catch(() => undefined);
  }

  #changeTeam(client: Client, team: number): Refused {
    const member = this.memberOf(client);
    if (!member || member.team === team) return undefined;
    const there = this.everybody.filter((other) => other.team === team).length;
    const places = team === SPECTATOR ? this.state.mostSpectators : (this.state.teamSizes[team] ?? 0);
    if (there >= places) return { ok: false, code: "team_full" };
    member.team = team;
    member.ready = false;
    this.changed();
    return undefined;
  }

  #setUp(
    client: Client,
    {
      name,
      password,
      mode = this.state.mode,
      map,
    }: {
      name?: string | undefined;
      password?: string | null | undefined;
      mode?: string | undefined;
      map?: string | undefined;
    },
  ): Refused {
    if (!this.leads(client)) return { ok: false, code: "not_leader" };
    const chosen = Object.hasOwn(this.#modes, mode) ? this.#modes[mode] : undefined;
    if (!chosen || (map !== undefined && !chosen.maps.includes(map)))
      return { ok: false, code: "command_invalid" };
    if (name !== undefined) this.#setName(name);
    if (password !== undefined) this.#setPassword(password);
    if (mode !== this.state.mode) this.#setMode(mode);
    if (map !== undefined) this.state.map = map;
    this.changed();
    return undefined;
  }

  async #start(client: Client): Promise<Refused> {
    if (!this.leads(client)) return { ok: false, code: "not_leader" };
    const { leader, mode, map } = this.state;
    const rules = this.#modes[mode];
    const going = this.everybody.filter(
      ({ playerId, ready, connected, team, activity }) =>
        connected && (ready || playerId === leader || (team === SPECTATOR && activity === "")),
    );
    if (!rules || this.#starting) return { ok: false, code: "match_not_created" };
    if (!going.some(({ team }) => team !== SPECTATOR)) return { ok: false, code: "party_not_ready" };
    this.#starting = true;
    const seats = going.map(({ playerId, name, team }) => ({ playerId, name, team }));
    const { teams } = rules;
    const created = await this.services.matchmaking.createMatch(rules.room, {
      queue: "",
      region: "",
      rated: false,
      teams: [...teams],
      match: { ...rules.match, ...(map === "" ? {} : { map }) },
      seats,
    });
    this.#starting = false;
    if (!created.ok) return created;
    this.#matchRoom = created.roomId;
    this.state.playing = true;
    this.unready();
    this.changed();
    const names = teams.map((_size, team) =>
      seats.filter((seat) => seat.team === team).map(({ name }) => name),
    );
    for (const { playerId, team } of seats) {
      const reservation = created.reservations.get(playerId);
      if (reservation) this.connectionOf(playerId)?.send("seat", { reservation, team, teams: names });
    }
    return undefined;
  }

  /** The lobby is open for the next match when this one's room is gone. */
  async #watchMatch(): Promise<void> {
    if (this.#matchRoom === undefined) return;
    const roomId = this.#matchRoom;
    const room = await Promise.resolve(matchMaker.getRoomById(roomId)).catch(() => null);
    // Null: nobody can tell right now. Another one may have been started meanwhile.
    if (room !== undefined || this.#matchRoom !== roomId) return;
    this.#matchRoom = undefined;
    this.state.playing = false;
    this.changed();
  }

  #setName(name: string): void {
    const clean = Array.from(this.chat.mask(cleanText(name)))
      .slice(0, LONGEST_NAME)
      .join("");
    this.state.name = clean === "" ? `Game ${this.state.code}` : clean;
  }

  #setPassword(password: string | null): void {
    this.#password = password === null || password === "" ? undefined : digest(password);
    this.state.locked = this.#password !== undefined;
    this.#guesses.clear();
  }

  /** Everybody keeps the team where it still has a place, and watches or is moved where it has not. */
  #setMode(mode: string): void {
    const { teams, maps } = this.#modes[mode] ?? { teams: [], maps: [] };
    this.state.mode = mode;
    this.state.map = maps[0] ?? "";
    this.state.teamSizes.splice(0, this.state.teamSizes.length, ...teams);
    this.state.most = teams.reduce((sum, size) => sum + size, MOST_SPECTATORS);
    const members = this.everybody;
    for (const [at, member] of members.entries()) {
      const before = members.slice(0, at).filter(({ team }) => team === member.team).length;
      if (member.team === SPECTATOR || before < (teams[member.team] ?? 0)) continue;
      member.team = SPECTATOR;
      member.team = this.#roomiestTeam() ?? SPECTATOR;
    }
    this.unready();
  }

  #roomiestTeam(): number | undefined {
    const room = [...this.state.teamSizes].map(
      (size, team) => size - this.everybody.filter((member) => member.team === team).length,
    );
    const most = Math.max(0, ...room);
    return most === 0 ? undefined : room.indexOf(most);
  }

  #guessed(playerId: string, password: string): boolean {
    return (
      this.#guesses.take(playerId, Date.now()) &&
      this.#password !== undefined &&
      timingSafeEqual(digest(password), this.#password)
    );
  }
}

/** Of one length, whatever the password's. */
function digest(password: string): Buffer {
  return createHash("sha256").update(password).digest();
}
