/**
 * Voice for teams: the browsers of a team's players speak to each other directly, and this plugin hands on what they
 * need to be connected, to teammates alone. Sound itself never comes by the server. Colyseus' own signalling does the
 * handing on; every team has one of its own, whose room is its team and nothing else.
 *
 * ```ts
 * import { WebRTCPlugin } from "colyseus/plugins/webrtc";
 *
 * plugins = definePlugins({
 *   voice: new TeamVoicePlugin({ signalling: WebRTCPlugin, teamOf: (sessionId) => this.teamOf(sessionId) }),
 * });
 * ```
 * Messages are those of Colyseus ("webrtc:join", "webrtc:peers", "webrtc:peer-joined", "webrtc:offer", "webrtc:answer",
 * "webrtc:ice-candidate", "webrtc:peer-left"), so that its client works; besides, a client may send "webrtc:leave", is told
 * "webrtc:settings" when it joins, and "webrtc:refused" when something is not possible.
 *
 * Whoever has no team (a spectator, anybody in a free-for-all) gets nothing. Whoever changes team is out of the old one's
 * voice within a second, and the browsers on both sides are told; a browser that was made to ignore it could go on
 * listening to those it is connected with, until they hang up.
 *
 * Bounded: `mostInTeam` speakers, payloads by `voice-signals.ts`, messages by a bucket for each session; more than that
 * is dropped without a word. Each message reaches one teammate, except for joining and leaving.
 */
import { type Client, RoomPlugin } from "@colyseus/core";
import { ERRORS } from "../../errors.ts";
import { type HostedPlugin, hostPlugin } from "../colyseus-internals.ts";
import type { IceServer, LaneServices } from "../lane/lane-services.ts";
import { readCandidate, readDescription } from "./voice-signals.ts";

export interface TeamVoiceOptions {
  /** `WebRTCPlugin` of "colyseus/plugins/webrtc". */
  signalling: new () => RoomPlugin;
  /** The team of a client, now; undefined: it has none, and no voice. */
  teamOf: (sessionId: string) => number | undefined;
  /** More cannot join. Every speaker sends to all others, so a browser's uplink is what bounds it. */
  mostInTeam?: number;
  /**
   * Sound goes through a TURN server (`lane.iceServers`) alone, and no player learns another's address. Without it
   * teammates' browsers know each other's.
   */
  relayOnly?: boolean;
  /** Whether browsers on this machine may speak to each other by its loopback address: for tests. */
  loopback?: boolean;
  /** Milliseconds that only go forward. */
  now?: () => number;
}

/** For the whole of a team at once: an offer or an answer and some ten candidates for each. */
const BURST = 120;
const REFILL_MS = 100;
const REGROUP_MS = 1000;

interface Mesh {
  signalling: HostedPlugin;
  members: Set<string>;
}

interface Bucket {
  level: number;
  at: number;
}

export class TeamVoicePlugin extends RoomPlugin {
  override readonly pluginName = "voice" as const;
  override readonly messages = {
    "webrtc:join": (client: Client): void => this.#take(client, () => this.#join(client)),
    "webrtc:leave": (client: Client): void => this.#take(client, () => this.#depart(client.sessionId)),
    "webrtc:offer": (client: Client, message: unknown): void =>
      this.#take(client, () => this.#relay(client, "webrtc:offer", readDescription(message, "offer"))),
    "webrtc:answer": (client: Client, message: unknown): void =>
      this.#take(client, () => this.#relay(client, "webrtc:answer", readDescription(message, "answer"))),
    "webrtc:ice-candidate": (client: Client, message: unknown): void =>
      this.#take(client, () => this.#relayCandidate(client, message)),
  };
  readonly #signalling: new () => RoomPlugin;
  readonly #teamOf: (sessionId: string) => number | undefined;
  readonly #mostInTeam: number;
  readonly #rules: { relayOnly: boolean; loopback: boolean };
  readonly #now: () => number;
  #iceServers: readonly IceServer[] = [];
  /** By team. */
  readonly #meshes = new Map<number, Mesh>();
  /** The team whose voice a session is in. */
  readonly #teams = new Map<string, number>();
  readonly #buckets = new WeakMap<Client, Bucket>();

  constructor(options: TeamVoiceOptions) {
    super();
    const { signalling, teamOf, mostInTeam = 8, relayOnly = false, loopback = false } = options;
    this.#signalling = signalling;
    this.#teamOf = teamOf;
    this.#mostInTeam = mostInTeam;
    this.#rules = { relayOnly, loopback };
    this.#now = options.now ?? (() => performance.now());
  }

  /** Sessions in a team's voice. */
  speakersOf(team: number): readonly string[] {
    return [...(this.#meshes.get(team)?.members ?? [])];
  }

  protected override onCreate({ arena }: { arena?: { lanes?: LaneServices | undefined } }): void {
    this.#iceServers = arena?.lanes?.iceServersForClients ?? [];
    this.room.clock.setInterval(() => this.#regroup(), REGROUP_MS);
  }

  protected override onLeave({ sessionId }: Client): void {
    this.#depart(sessionId);
  }

  protected override onDispose(): void {
    this.#meshes.clear();
    this.#teams.clear();
  }

  #take(client: Client, act: () => void): void {
    const now = this.#now();
    const bucket = this.#buckets.get(client) ?? { level: BURST, at: now };
    this.#buckets.set(client, bucket);
    bucket.level = Math.min(BURST, bucket.level + (now - bucket.at) / REFILL_MS);
    bucket.at = now;
    if (bucket.level < 1) return;
    bucket.level -= 1;
    act();
  }

  #join(client: Client): void {
    const { sessionId } = client;
    const team = this.#teamOf(sessionId);
    if (team === undefined) return this.#refuse(client, "voice_unavailable");
    if (this.#teams.get(sessionId) !== team) this.#depart(sessionId);
    const mesh = this.#meshOf(team);
    if (!mesh.members.has(sessionId) && mesh.members.size >= this.#mostInTeam)
      return this.#refuse(client, "voice_full");
    mesh.members.add(sessionId);
    this.#teams.set(sessionId, team);
    client.send("webrtc:settings", { iceServers: this.#iceServers, relayOnly: this.#rules.relayOnly });
    mesh.signalling.handle("webrtc:join", client);
  }

  #relay(client: Client, type: string, message: { targetId: string } | undefined): void {
    const team = this.#teams.get(client.sessionId);
    const mesh = team === undefined ? undefined : this.#meshes.get(team);
    if (!mesh || this.#teamOf(client.sessionId) !== team) return this.#refuse(client, "voice_unavailable");
    if (!message) return this.#refuse(client, "command_invalid");
    const { targetId } = message;
    if (targetId === client.sessionId || !mesh.members.has(targetId) || this.#teamOf(targetId) !== team)
      return this.#refuse(client, "member_unknown");
    mesh.signalling.handle(type, client, message);
  }

  #relayCandidate(client: Client, message: unknown): void {
    const read = readCandidate(message, this.#rules);
    if (!read || read.candidate) this.#relay(client, "webrtc:ice-candidate", read);
  }

  #refuse(
    client: Client,
    code: "voice_unavailable" | "voice_full" | "command_invalid" | "member_unknown",
  ): void {
    client.send("webrtc:refused", { code, message: ERRORS[code].message });
  }

  #depart(sessionId: string): void {
    const team = this.#teams.get(sessionId);
    const mesh = team === undefined ? undefined : this.#meshes.get(team);
    this.#teams.delete(sessionId);
    if (team === undefined || !mesh?.members.delete(sessionId)) return;
    mesh.signalling.leave({ sessionId } as Client);
    const client = this.room.clients.get(sessionId);
    for (const member of mesh.members) client?.send("webrtc:peer-left", member);
    if (mesh.members.size === 0) this.#meshes.delete(team);
  }

  /** Teams change while people speak. */
  #regroup(): void {
    for (const [sessionId, team] of this.#teams)
      if (this.#teamOf(sessionId) !== team) this.#depart(sessionId);
  }

  #meshOf(team: number): Mesh {
    const known = this.#meshes.get(team);
    if (known) return known;
    const members = new Set<string>();
    const signalling = hostPlugin(new this.#signalling(), {
      clients: {
        get: (sessionId) => (members.has(sessionId) ? this.room.clients.get(sessionId) : undefined),
      },
      broadcast: (type, message, { except }) => {
        for (const sessionId of members)
          if (sessionId !== except.sessionId) this.room.clients.get(sessionId)?.send(type, message);
      },
    });
    const mesh = { signalling, members };
    this.#meshes.set(team, mesh);
    return mesh;
  }
}
