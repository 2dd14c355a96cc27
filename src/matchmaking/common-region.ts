/** Where players could meet: regions and the latencies they measured. */
import type { Ticket } from "./ticket.ts";

export interface CommonRegion {
  /** "" when nobody measured anything, or nothing is common to all. */
  readonly region: string;
  /** The worst player's round trip there, milliseconds; 0 when nobody measured anything, Infinity without a region. */
  readonly worstMs: number;
}

/** A ticket's own worst round trip to each region, by name in rising order; nothing when nobody of it measured. */
interface Reach {
  readonly regions: readonly string[];
  readonly worstMs: readonly number[];
}

const ANYWHERE: CommonRegion = { region: "", worstMs: 0 };
const NOWHERE: CommonRegion = { region: "", worstMs: Number.POSITIVE_INFINITY };

/** Tickets never change, and each is compared with many. */
const reaches = new WeakMap<Ticket, Reach | null>();

/**
 * The region whose worst round trip is lowest; the first by name among equals. Whoever measured nothing goes anywhere:
 * a client that does not measure must not wait for ever.
 */
export function commonRegionOf(tickets: readonly Ticket[]): CommonRegion {
  let common: Reach | null = null;
  for (const ticket of tickets) {
    const reach = reachOf(ticket);
    if (reach) common = common ? both(common, reach) : reach;
  }
  return common ? nearest(common) : ANYWHERE;
}

/** As `commonRegionOf([one, other]).worstMs`, without making anything. */
export function worstLatencyOf(one: Ticket, other: Ticket): number {
  const a = reachOf(one);
  const b = reachOf(other);
  if (!a || !b) return nearestMs(a ?? b);
  let best = Number.POSITIVE_INFINITY;
  let at = 0;
  for (let index = 0; index < a.regions.length; index += 1) {
    const region = a.regions[index] as string;
    while (at < b.regions.length && (b.regions[at] as string) < region) at += 1;
    if (b.regions[at] !== region) continue;
    best = Math.min(best, Math.max(a.worstMs[index] as number, b.worstMs[at] as number));
  }
  return best;
}

function reachOf(ticket: Ticket): Reach | null {
  const known = reaches.get(ticket);
  if (known !== undefined) return known;
  let reach: Reach | null = null;
  for (const { latencies } of ticket.members) {
    const regions = Object.keys(latencies).sort();
    if (regions.length === 0) continue;
    const own = { regions, worstMs: regions.map((region) => latencies[region] as number) };
    reach = reach ? both(reach, own) : own;
  }
  reaches.set(ticket, reach);
  return reach;
}

function both(a: Reach, b: Reach): Reach {
  const regions: string[] = [];
  const worstMs: number[] = [];
  for (const [index, region] of a.regions.entries()) {
    const at = b.regions.indexOf(region);
    if (at < 0) continue;
    regions.push(region);
    worstMs.push(Math.max(a.worstMs[index] as number, b.worstMs[at] as number));
  }
  return { regions, worstMs };
}

function nearest({ regions, worstMs }: Reach): CommonRegion {
  const lowest = Math.min(...worstMs);
  const region = regions[worstMs.indexOf(lowest)];
  return region === undefined ? NOWHERE : { region, worstMs: lowest };
}

const nearestMs = (reach: Reach | null): number => (reach ? Math.min(...reach.worstMs) : 0);
