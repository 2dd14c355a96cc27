/**
 * Times the simulation of every room of a class: how long each step takes, and how much later than its period the
 * room's timer came (Colyseus runs the steps that were missed in the same turn, so a late timer is a late tick). Wraps
 * `setTimestep` and `setFixedTimestep`, which both tick the room's clock first, on the class's own prototype.
 */
import type { Room } from "@colyseus/core";

/** Told in milliseconds. */
export interface StepWatcher {
  stepped(room: Room, ms: number): void;
  woke(room: Room, lateMs: number): void;
}

type RoomClass = new () => Room;
type Steps = Pick<Room, "setTimestep" | "setFixedTimestep">;

interface WatchedClock {
  periodMs: number;
  wokeAt: number;
}

/** Colyseus' own standard. */
const STANDARD_PERIOD_MS = 1000 / 60;

/** Call before the first room of the class is made. @returns ends it, for rooms that are made afterwards. */
export function watchSteps(roomClass: RoomClass, watcher: StepWatcher): () => void {
  const prototype = roomClass.prototype as Steps & Record<string, unknown>;
  const { setTimestep, setFixedTimestep } = prototype;
  const clocks = new WeakMap<Room["clock"], WatchedClock>();
  const watchClock = (room: Room, periodMs: number): void => {
    const { clock } = room;
    const known = clocks.get(clock);
    // Its timer begins anew.
    if (known) return void Object.assign(known, { periodMs, wokeAt: performance.now() });
    const watched: WatchedClock = { periodMs, wokeAt: performance.now() };
    clocks.set(clock, watched);
    const tick = clock.tick.bind(clock);
    clock.tick = (...args) => {
      const now = performance.now();
      watcher.woke(room, Math.max(0, now - watched.wokeAt - watched.periodMs));
      watched.wokeAt = now;
      tick(...args);
    };
  };
  const timed = <Step extends (value: never) => void>(room: Room, step: Step): Step =>
    ((value: never) => {
      const startedAt = performance.now();
      step(value);
      watcher.stepped(room, performance.now() - startedAt);
    }) as Step;
  const own = {
    // `undefined` ends the simulation.
    setTimestep(this: Room, step?: (deltaTime: number) => void, delay = STANDARD_PERIOD_MS): void {
      if (step) watchClock(this, delay);
      setTimestep.call(this, step && timed(this, step), delay);
    },
    setFixedTimestep(this: Room, ...[step, rate, options]: Parameters<Steps["setFixedTimestep"]>): void {
      watchClock(this, rate === undefined ? STANDARD_PERIOD_MS : 1000 / rate);
      setFixedTimestep.call(this, timed(this, step), rate, options);
    },
  };
  const before = Object.entries(own).map(([name, value]) => {
    const declared = Object.getOwnPropertyDescriptor(prototype, name);
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
    return [name, declared] as const;
  });
  return () => {
    for (const [name, declared] of before) {
      if (declared) Object.defineProperty(prototype, name, declared);
      else delete prototype[name];
    }
  };
}
