/**
 * Lets a room's unreliable fields reach every client: see `route-patches.ts`.
 *
 * ```ts
 * plugins = definePlugins({ lane: new UnreliableLanePlugin() });
 * ```
 */
import { RoomPlugin } from "@colyseus/core";
import { routePatches } from "./route-patches.ts";

export class UnreliableLanePlugin extends RoomPlugin {
  override readonly pluginName = "lane" as const;

  protected override onCreate(): void {
    routePatches(this.room, () => undefined);
  }
}
