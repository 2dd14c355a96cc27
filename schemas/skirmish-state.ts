/**
 * Skirmish: the replicated state. Everything here is seen by every client, so nothing secret stands here:
 * no player ids, no tokens, no addresses. `state.fighters` is keyed by session id (bots: "bot-1", …).
 *
 * Units: positions in metres on a grid of 1/1024 m, angles in radians on one of 1/65,536 of a turn (the step keeps to
 * both grids, so the wire loses nothing), times in ticks of 1/30 s. What is to happen is told once, as the tick at which
 * it does, and not counted down.
 *
 * The fields that a client predicts, and `tick`, are unreliable: over a data channel a lost one is not sent again,
 * because the next is newer. A client without a channel gets them in the ordinary patch.
 *
 * What stands under `.view()` goes to those clients alone whose fighters might see its place (fog of war): to the others
 * those fields of a fighter are undefined, and a shell is not there. Fields come one by one where they are unreliable, so
 * a fighter is in sight when `isInSight` of `rooms/skirmish/shared/in-sight.ts` says so.
 */
import { type SchemaType, schema, t } from "@colyseus/schema";
import { markUnreliable } from "./mark-unreliable.ts";

/** Wrapping spreads exactly 2^16 steps over 64 m: every step is a binary fraction, and no map is that large. */
const position = () => t.quantized({ min: 0, max: 64, mode: "wrap" }).default(0);

/** One fighter, human or bot. */
export const Fighter = schema(
  {
    name: t.string().default(""),
    /** Compact id inside the match (0–15); events name fighters by it. */
    slot: t.uint8().default(0),
    team: t.uint8().default(0),
    bot: t.boolean().default(false),
    /** What the fighter looks like: the `look` of an item of the slots "skin" and "trail"; "" is plain. */
    skin: t.string().default(""),
    trail: t.string().default(""),
    /** False while the player's connection is away and the seat is kept. */
    connected: t.boolean().default(true),
    x: position().view(),
    y: position().view(),
    angle: t.angle().default(0).view(),
    /** 0–100; 0 is dead. */
    health: t.uint8().default(100).view(),
    /** 0 rifle, 1 launcher. */
    weapon: t.uint8().default(0).unreliable().view(),
    /** Steps until the weapon may fire again. */
    weaponCooldown: t.uint8().default(0).unreliable().view(),
    /** Steps left of the running dash; 0 when not dashing. */
    dashTicks: t.uint8().default(0).unreliable().view(),
    /** Direction of the running dash. */
    dashAngle: t.angle().default(0).view(),
    /** Steps until the next dash may start. */
    dashCooldown: t.uint8().default(0).unreliable().view(),
    /** The tick at which the fighter comes back; 0 when alive. */
    respawnAt: t.uint32().default(0).view(),
    /** Until this tick it is protected: no damage taken, none dealt. */
    shieldUntil: t.uint32().default(0).view(),
    score: t.int16().default(0),
    kills: t.uint16().default(0),
    deaths: t.uint16().default(0),
  },
  "Fighter",
);
markUnreliable(Fighter, ["x", "y", "angle", "dashAngle"]);
export type Fighter = SchemaType<typeof Fighter>;

/** A launcher's shell in flight. */
export const Projectile = schema(
  {
    /** Slot of the fighter who fired it. */
    owner: t.uint8().default(0),
    x: position(),
    y: position(),
    angle: t.angle().default(0),
    /** The tick at which it bursts by itself. */
    burstsAt: t.uint32().default(0),
  },
  "Projectile",
);
export type Projectile = SchemaType<typeof Projectile>;

/** A team's score. In a free-for-all there are no teams. */
export const Team = schema({ score: t.int16().default(0) }, "Team");
export type Team = SchemaType<typeof Team>;

/** The root state of the room `skirmish`. */
export const SkirmishState = schema(
  {
    /** "waiting" | "countdown" | "live" | "over". */
    phase: t.string().default("waiting"),
    /** Whole seconds until the phase ends; 0 while waiting. */
    secondsLeft: t.uint16().default(0),
    /** Simulation tick, 30 a second. */
    tick: t.uint32().default(0).unreliable(),
    /** Public id of the match being played; the stored result carries it. */
    matchId: t.string().default(""),
    map: t.string().default(""),
    /** "ffa" | "teams". */
    mode: t.string().default("ffa"),
    /** The queue that made this match; "" for an open room and a custom game. */
    queue: t.string().default(""),
    /** Whether the result is kept: it is not in a custom game. */
    counts: t.boolean().default(true),
    /** How far back shots are judged, milliseconds; 0 when they are not. */
    rewindMs: t.uint16().default(0),
    /** Whether only those are sent to a player's client whom the player might see. */
    fog: t.boolean().default(true),
    /** Key of the winning fighter (ffa), or the team's index as text; "" for none or a tie. */
    winner: t.string().default(""),
    fighters: t.map(Fighter),
    projectiles: t.map(Projectile).view(),
    teams: t.array(Team),
  },
  "SkirmishState",
);
export type SkirmishState = SchemaType<typeof SkirmishState>;
