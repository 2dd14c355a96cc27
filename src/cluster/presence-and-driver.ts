/** Colyseus' presence and driver: local for one process, Redis where the configuration names one. */
import { LocalDriver, LocalPresence, type MatchMakerDriver, type Presence } from "@colyseus/core";
import { RedisDriver } from "@colyseus/redis-driver";
import { RedisPresence } from "@colyseus/redis-presence";

export function createPresenceAndDriver(redisUrl: string | undefined): {
  presence: Presence;
  driver: MatchMakerDriver;
} {
  if (redisUrl === undefined) return { presence: new LocalPresence(), driver: new LocalDriver() };
  return { presence: new RedisPresence(redisUrl), driver: new RedisDriver(redisUrl) };
}
