/**
 * Fog of war: what a client's player cannot possibly see is not sent to it, so a client that shows more than it should has
 * nothing to show. The game tags fields of its entities with `.view()`, or a whole collection of them, and says who looks
 * from where; this plugin keeps a `StateView` for each group of clients that see alike, which Colyseus encodes once.
 *
 * ```ts
 * const Fighter = schema({ name: t.string(), x: t.number().view(), y: t.number().view() });
 *
 * plugins = definePlugins({
 *   fog: new FogPlugin({
 *     tickMs: 1000 / 30,
 *     beat: "secondsLeft",
 *     groupOf: (sessionId) => this.state.fighters.get(sessionId)?.team,             // undefined: sees everything
 *     entities: (note) => this.state.fighters.forEach((fighter) => note(fighter, fighter.team)),
 *     eyes: (team, look) => this.state.fighters.forEach((fighter) => {
 *       if (fighter.team === team) look(fighter, RUN_SPEED);
 *     }),
 *     canSee: (eye, place, marginMetres) => grid.mightSee(eye, place, marginMetres),
 *     cellOf: (place) => grid.cellOf(place),                                          // optional: saves asking again
 *     roundTripMs: (sessionId) => this.plugins.anticheat.roundTripMs(sessionId),
 *   }),
 * });
 * ```
 * An entity is there for a group as soon as one of its eyes might see it, wherever prediction has carried the eye: speed ×
 * (round trip + tick), bounded (`sight-margin.ts`). It goes `holdMs` after none might any more, at once when it jumped. Its
 * own group always has it. To the client a hidden entity's tagged fields are undefined, and come whole when it is back.
 *
 * Order: everything is looked at once a patch, just before it is encoded and before the room's `onBeforePatch`. A client's
 * view stands when its `onJoin` (the room's first, then this) is over, before its first state. One that comes back gets the
 * view of its seat. Whoever changes the group is sent all of it in the next patch.
 *
 * Hazards: a client without a view would get no tagged field at all, so whoever belongs to no group shares a view of
 * everything. `groupOf` is asked for every client in every patch: it must be quick, and must not answer undefined for a
 * player whose fighter is late. Untagged fields, messages and the mere presence of an item in an untagged collection are
 * not hidden: send messages by `audiences`.
 *
 * Cost: groups × entities × eyes calls of `canSee` in a patch at the most; with `cellOf`, only for what changed its cell
 * since. What is kept is bounded by the entities and clients that there are.
 */
import { type Client, RoomPlugin } from "@colyseus/core";
import { type Ref, type Schema, StateView } from "@colyseus/schema";
import { FogMemory } from "./fog-memory.ts";
import { type MarginLimits, sightMargin } from "./sight-margin.ts";

const HOLD_MS = 500;
const JUMP_METRES = 3;
/** Of a client whose round trip nobody knows. */
const ROUND_TRIP_MS = 100;
const MOST_ROUND_TRIP_MS = 250;
const MOST_MARGIN_METRES = 5;
/** The group of those who see everything. */
const EVERYTHING = Symbol("everything");

type GroupKey = string | number;

export interface FogPlace {
  readonly x: number;
  readonly y: number;
}

/** A structure of the state that stands somewhere. */
export type FogEntity = Schema & FogPlace;

export interface FogOptions {
  /** Between two updates of the entities. */
  tickMs: number;
  /**
   * An untagged, reliable field of the state's root, a small one: it is sent along when a view changes and nothing else
   * does, because Colyseus tells only one of the clients that share a view of such a change.
   */
  beat: string;
  /** Clients of one group see the same. Undefined: everything. */
  groupOf: (sessionId: string) => GroupKey | undefined;
  /** All entities, each once. @param group always has it; undefined for none. */
  entities: (note: (entity: FogEntity, group?: GroupKey) => void) => void;
  /** Where a group looks from. @param metresPerSecond how fast an eye may be moving. */
  eyes: (group: GroupKey, look: (eye: FogPlace, metresPerSecond: number) => void) => void;
  /** Whether somebody who stands within `marginMetres` of `eye` might see anything of what is at `place`. */
  canSee: (eye: FogPlace, place: FogPlace, marginMetres: number) => boolean;
  /** Places of one cell are all the same to `canSee`. */
  cellOf?: (place: FogPlace) => number;
  /** Collections of the state that are tagged themselves: clients have them, empty. */
  collections?: () => readonly Ref[];
  /** Undefined while it is not known. */
  roundTripMs?: (sessionId: string) => number | undefined;
  holdMs?: number;
  /** Who is farther than this from where they were a patch ago did not walk there. */
  jumpMetres?: number;
  mostRoundTripMs?: number;
  mostMarginMetres?: number;
}

/** Clients that see alike and are connected, for messages to them. */
export interface FogAudience {
  /** Undefined for those who see everything. */
  readonly group: GroupKey | undefined;
  readonly clients: readonly Client[];
  shows(entity: FogEntity): boolean;
  /** Whether this place might be in sight, now. */
  mightSee(place: FogPlace): boolean;
}

interface Known {
  entity: FogEntity;
  group: GroupKey | undefined;
  x: number;
  y: number;
  cell: number;
  /** Since the update before. */
  moved: boolean;
  jumped: boolean;
  update: number;
}

interface Eye {
  x: number;
  y: number;
  cell: number;
  margin: number;
}

interface Group extends FogAudience {
  view: StateView;
  clients: Client[];
  /** Clients whose connection is away included. */
  seats: number;
  memory: FogMemory<FogEntity>;
  eyes: Eye[];
  eyeCount: number;
  /** Where the eyes are changed what they may see. */
  eyesMoved: boolean;
  /** A client is in it that has what another group had: everything is said again. */
  repeat: boolean;
}

interface Seat {
  client: Client;
  group: Group;
}

export class FogPlugin extends RoomPlugin {
  override readonly pluginName = "fog" as const;
  override readonly order = { onJoin: "after" } as const;
  readonly #options: FogOptions;
  readonly #limits: MarginLimits;
  readonly #groups = new Map<GroupKey | typeof EVERYTHING, Group>();
  readonly #seats = new Map<string, Seat>();
  readonly #known = new Map<FogEntity, Known>();
  #updates = 0;

  constructor(options: FogOptions) {
    super();
    this.#options = options;
    this.#limits = {
      tickMs: options.tickMs,
      mostRoundTripMs: options.mostRoundTripMs ?? MOST_ROUND_TRIP_MS,
      mostMarginMetres: options.mostMarginMetres ?? MOST_MARGIN_METRES,
    };
  }

  /** Groups that have clients: for messages that tell of places. Good until the next patch. */
  get audiences(): Iterable<FogAudience> {
    return this.#groups.values();
  }

  protected override onCreate(): void {
    const broadcastPatch = this.room.broadcastPatch.bind(this.room);
    this.room.broadcastPatch = (): boolean => {
      this.#update();
      return broadcastPatch();
    };
  }

  protected override onJoin(client: Client): void {
    const seat = { client, group: this.#groupFor(client.sessionId) };
    this.#seats.set(client.sessionId, seat);
    client.view = seat.group.view;
    this.#update();
  }

  protected override onLeave(client: Client): void {
    this.#seats.delete(client.sessionId);
    this.#gather();
  }

  protected override onDispose(): void {
    this.#seats.clear();
    this.#gather();
    this.#known.clear();
  }

  #update(): void {
    this.#updates += 1;
    const now = this.room.clock.elapsedTime;
    this.#options.entities((entity, group) => this.#note(entity, group));
    for (const { entity, update } of this.#known.values()) {
      if (update === this.#updates) continue;
      this.#known.delete(entity);
      for (const { memory } of this.#groups.values()) memory.forget(entity);
    }
    this.#gather();
    let changed = false;
    for (const group of this.#groups.values()) {
      this.#lookAround(group);
      for (const known of this.#known.values()) if (this.#judge(group, known, now)) changed = true;
      group.repeat = false;
    }
    if (changed) (this.room.state as Schema | undefined)?.setDirty(this.#options.beat as never);
  }

  #note(entity: FogEntity, group: GroupKey | undefined): void {
    const { x, y } = entity;
    const { cellOf, jumpMetres = JUMP_METRES } = this.#options;
    const cell = cellOf ? cellOf(entity) : 0;
    const known = this.#known.get(entity);
    if (!known) {
      const update = this.#updates;
      this.#known.set(entity, { entity, group, x, y, cell, moved: true, jumped: false, update });
      return;
    }
    const still = cellOf ? cell === known.cell : x === known.x && y === known.y;
    known.moved = !still || group !== known.group;
    known.jumped = Math.abs(x - known.x) + Math.abs(y - known.y) > jumpMetres;
    Object.assign(known, { group, x, y, cell, update: this.#updates });
  }

  /** Sits every client with its group, and ends groups that have none. */
  #gather(): void {
    for (const group of this.#groups.values()) {
      group.clients.length = 0;
      group.seats = 0;
    }
    for (const [sessionId, seat] of this.#seats) {
      const group = this.#groupFor(sessionId);
      if (group !== seat.group) {
        seat.group = group;
        group.repeat = true;
      }
      group.seats += 1;
      // Colyseus hands the view on from here to a connection that comes back.
      seat.client.view = group.view;
    }
    for (const client of this.room.clients) {
      const seat = this.#seats.get(client.sessionId);
      if (!seat) continue;
      seat.client = client;
      client.view = seat.group.view;
      seat.group.clients.push(client);
    }
    for (const [key, { seats, view }] of this.#groups) {
      if (seats > 0) continue;
      this.#groups.delete(key);
      view.dispose();
    }
  }

  #groupFor(sessionId: string): Group {
    const group = this.#options.groupOf(sessionId);
    const key = group ?? EVERYTHING;
    let found = this.#groups.get(key);
    if (!found) {
      found = this.#openGroup(group);
      this.#groups.set(key, found);
    }
    return found;
  }

  #openGroup(key: GroupKey | undefined): Group {
    const view = new StateView();
    for (const collection of this.#options.collections?.() ?? []) view.add(collection);
    const memory = new FogMemory<FogEntity>(this.#options.holdMs ?? HOLD_MS);
    const group: Group = {
      group: key,
      view,
      clients: [],
      seats: 0,
      memory,
      eyes: [],
      eyeCount: 0,
      eyesMoved: true,
      // A collection came with all that was in it.
      repeat: true,
      shows: (entity) => memory.shows(entity),
      mightSee: (place) => key === undefined || this.#isInSight(group, place),
    };
    return group;
  }

  #lookAround(group: Group): void {
    if (group.group === undefined) return;
    const roundTrip = this.#roundTripOf(group);
    const { eyes, cellOf } = this.#options;
    let count = 0;
    group.eyesMoved = group.repeat;
    eyes(group.group, (place, metresPerSecond) => {
      const margin = sightMargin(metresPerSecond, roundTrip, this.#limits);
      const { x, y } = place;
      const cell = cellOf ? cellOf(place) : 0;
      const eye = group.eyes[count];
      count += 1;
      if (!eye) {
        group.eyes.push({ x, y, cell, margin });
        group.eyesMoved = true;
        return;
      }
      const same = cellOf ? eye.cell === cell : eye.x === x && eye.y === y;
      if (!same || eye.margin !== margin) group.eyesMoved = true;
      eye.x = x;
      eye.y = y;
      eye.cell = cell;
      eye.margin = margin;
    });
    if (count !== group.eyeCount) group.eyesMoved = true;
    group.eyeCount = count;
  }

  #roundTripOf({ clients }: Group): number {
    let longest = 0;
    for (const { sessionId } of clients)
      longest = Math.max(longest, this.#options.roundTripMs?.(sessionId) ?? ROUND_TRIP_MS);
    return longest;
  }

  /** @returns whether the group's view changed. */
  #judge(group: Group, known: Known, now: number): boolean {
    const { memory, view } = group;
    const { entity } = known;
    const before = memory.wasVisible(entity);
    const visible =
      before === undefined || known.moved || group.eyesMoved ? this.#isVisible(group, known) : before;
    const change = memory.note(entity, visible, known.jumped, now);
    if (change === "none" && !group.repeat) return false;
    if (memory.shows(entity)) view.add(entity);
    else view.remove(entity);
    return true;
  }

  #isVisible(group: Group, known: Known): boolean {
    return group.group === undefined || known.group === group.group || this.#isInSight(group, known.entity);
  }

  #isInSight({ eyes, eyeCount }: Group, place: FogPlace): boolean {
    for (let at = 0; at < eyeCount; at += 1) {
      const eye = eyes[at] as Eye;
      if (this.#options.canSee(eye, place, eye.margin)) return true;
    }
    return false;
  }
}
