/**
 * Who is playing: a guest account that this browser keeps in localStorage. Opening a session renews the token of the
 * player who was here before; a token that the server no longer takes is dropped and a new guest is made.
 */
import { Refusal, requestJson } from "../net/request-json.ts";

export interface GuestSession {
  token: string;
  playerId: string;
  name: string;
}

const TOKEN_KEY = "skirmish.token";
const PLAYER_KEY = "skirmish.playerId";

/** @throws Refusal */
export async function openGuestSession(): Promise<GuestSession> {
  const old = localStorage.getItem(TOKEN_KEY);
  let session: GuestSession;
  try {
    session = await askForSession(old);
  } catch (error) {
    if (old === null || !(error instanceof Refusal) || error.status !== 401) throw error;
    forgetGuestSession();
    session = await askForSession(null);
  }
  localStorage.setItem(TOKEN_KEY, session.token);
  localStorage.setItem(PLAYER_KEY, session.playerId);
  return session;
}

/** Who was here last; undefined for a new visitor. */
export function knownPlayerId(): string | undefined {
  return localStorage.getItem(PLAYER_KEY) ?? undefined;
}

/** The next session is a new guest's. */
export function forgetGuestSession(): void {
  localStorage.removeItem(TOKEN_KEY);
  localStorage.removeItem(PLAYER_KEY);
}

function askForSession(token: string | null): Promise<GuestSession> {
  return requestJson<GuestSession>("/auth/guest", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
    },
    body: "{}",
  });
}
