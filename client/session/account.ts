/**
 * The player as this page knows them: the session, the latest own profile, and requests in the player's name.
 * Whoever shows the profile watches it; every answer that carries balances or items ends up here, so that all of the
 * page shows the same. One sign-in at a time: two of a new visitor would make two guests.
 */
import type { InventoryAnswer, OwnProfile } from "../../src/index.ts";
import { Refusal, requestJson } from "../net/request-json.ts";
import { forgetGuestSession, type GuestSession, knownPlayerId, openGuestSession } from "./guest-session.ts";

export interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
}

export class Account {
  #session: GuestSession | undefined;
  #signingIn: Promise<GuestSession> | undefined;
  #profile: OwnProfile | undefined;
  #loading: Promise<OwnProfile> | undefined;
  readonly #watchers = new Set<() => void>();

  /** Of this browser's player; undefined for a new visitor who is not signed in yet. */
  get playerId(): string | undefined {
    return this.#session?.playerId ?? knownPlayerId();
  }

  /** As last heard of; undefined before the first answer. */
  get profile(): OwnProfile | undefined {
    return this.#profile;
  }

  /** @returns stops watching. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** @throws Refusal */
  async signIn(): Promise<GuestSession> {
    return this.#session ?? this.renew();
  }

  /** A new token, for a page that stayed open for days. @throws Refusal */
  async renew(): Promise<GuestSession> {
    this.#signingIn ??= openGuestSession().finally(() => {
      this.#signingIn = undefined;
    });
    const session = await this.#signingIn;
    if (this.#profile && this.#profile.playerId !== session.playerId) this.#keep(undefined);
    this.#session = session;
    return session;
  }

  /**
   * A request in the player's name; an expired token is renewed once. Where the account is gone meanwhile, only what
   * changes nothing is asked again, in the new guest's name.
   * @throws Refusal
   */
  async call<T>(path: string, call: Call = {}): Promise<T> {
    const { token, playerId } = await this.signIn();
    try {
      return await send<T>(path, call, token);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 401) throw error;
      const renewed = await this.renew();
      if (renewed.playerId !== playerId && (call.method ?? "GET") !== "GET") throw error;
      return send<T>(path, call, renewed.token);
    }
  }

  /**
   * Joins a room in the player's name; a token that ran out while the page stayed open is renewed once.
   * @throws Refusal
   */
  async enter<T>(join: (token: string) => Promise<T>): Promise<T> {
    const { token } = await this.signIn();
    try {
      return await join(token);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "auth_token_invalid") throw error;
      return join((await this.renew()).token);
    }
  }

  /** Whoever asks while an answer is on its way waits for the same one. @throws Refusal */
  async loadProfile(): Promise<OwnProfile> {
    this.#loading ??= this.call<OwnProfile>("/api/me").finally(() => {
      this.#loading = undefined;
    });
    const profile = await this.#loading;
    this.#keep(profile);
    return profile;
  }

  /** @throws Refusal */
  async change(body: {
    settings?: OwnProfile["settings"];
    consent?: { analytics: boolean };
  }): Promise<OwnProfile> {
    const profile = await this.call<OwnProfile>("/api/me", { method: "PATCH", body });
    this.#keep(profile);
    return profile;
  }

  /** What a purchase or a change of equipment answered. */
  takeInventory({ wallet, items, equipped }: InventoryAnswer): void {
    if (this.#profile) this.#keep({ ...this.#profile, wallet, items, equipped });
  }

  /** The account is gone: nothing of it is kept, and the next sign-in is a new guest's. */
  forget(): void {
    forgetGuestSession();
    this.#session = undefined;
    this.#keep(undefined);
  }

  #keep(profile: OwnProfile | undefined): void {
    this.#profile = profile;
    for (const watcher of this.#watchers) watcher();
  }
}

function send<T>(path: string, { method = "GET", body }: Call, token: string): Promise<T> {
  return requestJson<T>(path, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
