/**
 * What a party and a custom game have in common: members with a leader, ready marks, chat, invitations, and who may come
 * in. The room's id is its invite code.
 *
 * A member is a player, not a connection: a dropped connection keeps its place for a while, and the same player from a
 * second page takes the place over (the older connection is closed with 4409). Whoever blocks a member, or is blocked by
 * one, stays out. Whoever was removed may not come back for five minutes. When the leader leaves, the member who
 * has been there longest leads.
 *
 * Whatever a client sends is checked, and limited in its rate; what is refused is answered with "refused" and changes
 * nothing. Class fields of a subclass are set after this constructor: subclasses add their messages in `onCreate`.
 */
import { randomInt } from "node:crypto";
import { type Client, CloseCode, type Deferred, logger, matchMaker, Room } from "@colyseus/core";
import type { MapSchema, Schema } from "@colyseus/schema";
import type { z } from "zod";
import { Member } from "../../schemas/party-state.ts";
import {
  ERRORS,
  type ErrorCode,
  joinRefusal,
  type PlayerIdentity,
  type RoomServices,
  requirePlayer,
} from "../../src/index.ts";
import { Chat } from "./chat.ts";
import * as commands from "./commands.ts";
import { Door } from "./door.ts";
import { inviteCode } from "./invite-code.ts";
import { TokenBuckets } from "./token-buckets.ts";

const RECONNECTION_SECONDS = 30;
const COMMANDS_AT_ONCE = 20;
const COMMAND_REFILL_MS = 200;
/** More than commands, so that who sends too many is told so. */
const ANSWERS_AT_ONCE = 25;
const CODE_TRIES = 8;

/** The part of both states that this room looks after. */
export interface GatheringState {
  code: string;
  leader: string;
  most: number;
  members: MapSchema<Member>;
}

type Handled = { ok: true } | { ok: false; code: ErrorCode } | undefined;

export abstract class GatheringRoom extends Room {
  static override onAuth = requirePlayer;

  abstract override state: GatheringState & Schema;
  protected services!: RoomServices;
  protected chat!: Chat;
  readonly #connections = new Map<string, Client>();
  readonly #unwatch = new Map<string, () => void>();
  readonly #commands = new TokenBuckets(COMMANDS_AT_ONCE, COMMAND_REFILL_MS);
  /** To what was refused: a flood of commands is not worth a flood of answers. */
  readonly #answers = new TokenBuckets(ANSWERS_AT_ONCE, COMMAND_REFILL_MS);
  readonly #door = new Door(Date.now());
  /** Places that wait for a dropped connection, by player. */
  readonly #kept = new Map<string, Deferred<Client>>();
  /** Lines are looked at one after the other, so that they keep their order. */
  #speaking: Promise<unknown> = Promise.resolve();

  protected abstract readonly kind: "party" | "custom";

  protected async gather(services: RoomServices, most: number): Promise<void> {
    this.services = services;
    this.roomId = await this.#freeCode();
    this.state.code = this.roomId;
    this.state.most = most;
    this.chat = new Chat(services.options);
    void this.setPrivate(true);
    this.on("ready", commands.ready, (client, { ready }) => this.#setReady(client, ready));
    this.on("chat", commands.chat, (client, { text }) => this.#say(client, text));
    this.on("invite", commands.about, (client, { playerId }) => this.#invite(client, playerId));
    this.on("kick", commands.about, (client, { playerId }) => this.#kick(client, playerId));
    this.on("promote", commands.about, (client, { playerId }) => this.#promote(client, playerId));
    // Anything else is no reason to lose one's friends.
    this.onMessage("*", (client) => {
      this.refuse(client, this.#mayCommand(client) ? "command_invalid" : "command_too_fast");
    });
  }

  override async onJoin(client: Client, options?: unknown): Promise<void> {
    const player = client.auth as PlayerIdentity;
    const { playerId } = player;
    await this.#refuseUnwelcome(player, options);
    const older = this.#connections.get(playerId);
    this.#connections.set(playerId, client);
    this.#giveUpKept(playerId);
    older?.leave(ERRORS.session_replaced.close, "session_replaced");
    const member = this.state.members.get(playerId) ?? this.#addMember(player, options);
    member.connected = true;
    client.send("chat_history", this.chat.history);
  }

  override onDrop(client: Client, code?: number): void {
    const member = this.memberOf(client);
    // Codes from 4000 on are ours: whoever was closed on purpose does not come back to this place.
    const onPurpose = code !== undefined && code >= 4000 && code !== CloseCode.MAY_TRY_RECONNECT;
    if (!member || onPurpose) return;
    const { playerId } = member;
    member.connected = false;
    member.ready = false;
    const place = this.allowReconnection(client, RECONNECTION_SECONDS);
    this.#kept.set(playerId, place);
    place
      .catch(() => undefined)
      .finally(() => {
        if (this.#kept.get(playerId) === place) this.#kept.delete(playerId);
      });
  }

  override onReconnect(client: Client): void {
    const { playerId } = client.auth as PlayerIdentity;
    const holder = this.#connections.get(playerId);
    const member = this.state.members.get(playerId);
    if (!member || holder?.sessionId !== client.sessionId) {
      client.leave(ERRORS.session_replaced.close, "session_replaced");
      return;
    }
    this.#connections.set(playerId, client);
    member.connected = true;
  }

  override onLeave(client: Client): void {
    const { playerId } = client.auth as PlayerIdentity;
    if (this.#connections.get(playerId)?.sessionId !== client.sessionId) return;
    this.#removeMember(playerId);
  }

  override onDispose(): void {
    for (const unwatch of this.#unwatch.values()) unwatch();
  }

  /** Asked once, before the database is. @returns why a newcomer may not come in. */
  protected knock(_player: PlayerIdentity, _options: unknown): ErrorCode | undefined {
    return undefined;
  }

  /** Asked again whenever others have come meanwhile. @returns why a newcomer may not come in. */
  protected admit(_player: PlayerIdentity, _options: unknown): ErrorCode | undefined {
    return this.state.members.size >= this.state.most ? "party_full" : undefined;
  }

  /** A member was added, before anybody sees it. */
  protected seat(_member: Member, _options: unknown): void {}

  /** Members came, went or changed. */
  protected changed(): void {}

  /** Takes a command: whatever does not fit its shape, or comes too fast, is refused. */
  protected on<Shape extends z.ZodType>(
    type: string,
    shape: Shape,
    handle: (client: Client, message: z.output<Shape>) => Handled | Promise<Handled> | void,
  ): void {
    this.onMessage(type, (client: Client, message: unknown) => {
      if (!this.#mayCommand(client)) return this.refuse(client, "command_too_fast");
      const parsed = shape.safeParse(message);
      if (!parsed.success) return this.refuse(client, "command_invalid");
      void Promise.resolve()
        .then(() => handle(client, parsed.data))
        .then((handled) => {
          if (handled?.ok === false) this.refuse(client, handled.code);
        })
        .catch((error: unknown) => {
          logger.warn({ err: error, type, roomId: this.roomId }, "a command could not be carried out");
          this.refuse(client, "not_ready");
        });
    });
  }

  protected refuse(client: Client, code: ErrorCode): void {
    const { playerId } = client.auth as PlayerIdentity;
    if (this.#answers.take(playerId, Date.now()))
      client.send("refused", { code, message: ERRORS[code].message });
  }

  protected wasInvited(playerId: string): boolean {
    return this.#door.isInvited(playerId, Date.now());
  }

  protected memberOf(client: Client): Member | undefined {
    const { playerId } = client.auth as PlayerIdentity;
    const holds = this.#connections.get(playerId)?.sessionId === client.sessionId;
    return holds ? this.state.members.get(playerId) : undefined;
  }

  protected connectionOf(playerId: string): Client | undefined {
    return this.#connections.get(playerId);
  }

  protected leads(client: Client): boolean {
    return this.memberOf(client)?.playerId === this.state.leader;
  }

  protected get everybody(): Member[] {
    return [...this.state.members.values()];
  }

  protected unready(): void {
    for (const member of this.everybody) member.ready = false;
  }

  #setReady(client: Client, ready: boolean): Handled {
    const member = this.memberOf(client);
    if (member) member.ready = ready;
    return undefined;
  }

  #say(client: Client, text: string): Handled | Promise<Handled> {
    const { playerId, name } = client.auth as PlayerIdentity;
    if (!this.memberOf(client)) return undefined;
    if (!this.chat.mayWrite(playerId, Date.now())) return { ok: false, code: "chat_too_fast" };
    const said = this.#speaking.then(async (): Promise<Handled> => {
      if (await this.services.social.isMuted(playerId)) return { ok: false, code: "chat_muted" };
      const written = this.chat.write({ playerId, name }, text, Date.now());
      if (!written.ok) return written;
      this.broadcast("chat", written.line);
      return undefined;
    });
    this.#speaking = said.catch(() => undefined);
    return said;
  }

  async #invite(client: Client, playerId: string): Promise<Handled> {
    const from = client.auth as PlayerIdentity;
    if (!this.memberOf(client)) return undefined;
    const now = Date.now();
    if (!this.#door.mayInvite(playerId, now)) return { ok: false, code: "command_too_fast" };
    const { social } = this.services;
    const pairs = await social.blocksAmong([playerId, ...this.state.members.keys()]);
    const activity = (await social.activitiesOf([playerId])).get(playerId);
    // Who blocks whom is nobody's business: both look alike.
    const unwelcome = pairs.some((pair) => pair.includes(playerId)) || this.#door.isBanned(playerId, now);
    if (!activity || unwelcome || this.state.members.has(playerId)) {
      this.#door.forgetTry(playerId);
      return { ok: false, code: "invite_refused" };
    }
    social.tell(playerId, "invitation", {
      code: this.state.code,
      kind: this.kind,
      from: { playerId: from.playerId, name: from.name },
      expiresAt: this.#door.invite(playerId, now),
    });
    return undefined;
  }

  #kick(client: Client, playerId: string): Handled {
    if (!this.leads(client)) return { ok: false, code: "not_leader" };
    if (playerId === this.state.leader || !this.state.members.has(playerId))
      return { ok: false, code: "member_unknown" };
    this.#door.ban(playerId, Date.now());
    const connection = this.#connections.get(playerId);
    this.#removeMember(playerId);
    connection?.leave(ERRORS.party_kicked.close, "party_kicked");
    return undefined;
  }

  #promote(client: Client, playerId: string): Handled {
    if (!this.leads(client)) return { ok: false, code: "not_leader" };
    if (!this.state.members.has(playerId)) return { ok: false, code: "member_unknown" };
    this.state.leader = playerId;
    this.changed();
    return undefined;
  }

  #addMember({ playerId, name }: PlayerIdentity, options: unknown): Member {
    const member = new Member();
    member.playerId = playerId;
    member.name = name;
    this.seat(member, options);
    this.state.members.set(playerId, member);
    if (this.state.leader === "") this.state.leader = playerId;
    this.unready();
    const { social } = this.services;
    const show = (activity: string): void => {
      member.activity = activity === "queue" || activity === "match" ? activity : "";
    };
    this.#unwatch.set(playerId, social.watchActivity(playerId, show));
    void social.activitiesOf([playerId]).then((activities) => show(activities.get(playerId) ?? ""));
    this.changed();
    return member;
  }

  #removeMember(playerId: string): void {
    this.#connections.delete(playerId);
    this.#giveUpKept(playerId);
    this.#commands.forget(playerId);
    this.#answers.forget(playerId);
    this.#unwatch.get(playerId)?.();
    this.#unwatch.delete(playerId);
    this.chat.forget(playerId);
    if (!this.state.members.delete(playerId)) return;
    if (this.state.leader === playerId) this.state.leader = this.everybody[0]?.playerId ?? "";
    this.unready();
    this.changed();
  }

  /** While the database is asked others may come, and two who block each other at the same time: so again. */
  async #refuseUnwelcome(player: PlayerIdentity, options: unknown): Promise<void> {
    const { playerId } = player;
    const met = new Set<string>();
    for (let first = true; !this.state.members.has(playerId); first = false) {
      if (this.#door.isBanned(playerId, Date.now())) throw joinRefusal("party_banned");
      const refusal = (first ? this.knock(player, options) : undefined) ?? this.admit(player, options);
      if (refusal) throw joinRefusal(refusal);
      const others = [...this.state.members.keys()].filter((other) => !met.has(other));
      if (others.length === 0) return;
      const pairs = await this.services.social.blocksAmong([playerId, ...others]).catch(() => {
        throw joinRefusal("not_ready");
      });
      if (pairs.some((pair) => pair.includes(playerId))) throw joinRefusal("party_blocked");
      for (const other of others) met.add(other);
    }
  }

  /** Somebody else holds the place now, or nobody: a connection that was dropped does not come back to it. */
  #giveUpKept(playerId: string): void {
    this.#kept.get(playerId)?.reject(new Error("the place is given up"));
  }

  #mayCommand(client: Client): boolean {
    const { playerId } = client.auth as PlayerIdentity;
    return this.#commands.take(playerId, Date.now());
  }

  async #freeCode(): Promise<string> {
    for (let tries = 0; tries < CODE_TRIES; tries += 1) {
      const code = inviteCode(randomInt);
      if (!(await matchMaker.getRoomById(code))) return code;
    }
    throw joinRefusal("overloaded");
  }
}
