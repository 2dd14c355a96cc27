/**
 * What a client of Skirmish is sent, against the same game on stock Colyseus encoding: plain floats, everything reliable,
 * no views, events as they are. Both rooms run in this process at once, from the same seeds, so the very same match is
 * played in both; real SDK clients watch over real sockets, in the arena's room with and without a lane.
 *
 * Bytes are those of WebSocket messages and datagrams, with their own heads: 2 or 4 bytes of a WebSocket frame (RFC
 * 6455), and 36 of DTLS and SCTP for a datagram (RFC 9147, RFC 9260: 13 + 8 + 12 + 16, less what is shared). IP, TCP and
 * UDP are not counted.
 *
 * Options: `--seconds` of each size (default 20), `--players` (default "8,64").
 */
import { Server } from "@colyseus/core";
import { Client, type Room } from "@colyseus/sdk";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { RTCPeerConnection } from "node-datachannel/polyfill";
import pino from "pino";
import { openLane, type UnreliableLane } from "../../sdk/unreliable-lane.ts";
import { loadLanes } from "../../src/transport/lane/lane-services.ts";
import type { Experiment } from "../run.ts";
import { ArenaBandwidthRoom, StockBandwidthRoom } from "./bandwidth/rooms.ts";

const PORT = 0;
const WARM_UP_MS = 3000;
const DATAGRAM_HEAD = 36;

interface Watcher {
  room: Room;
  lane: UnreliableLane | undefined;
  bytes: number;
  messages: number;
}

interface Sample {
  bytesPerSecond: number;
  messagesPerSecond: number;
  laneBytesPerSecond: number;
}

const experiment: Experiment = {
  about: "Bytes a second that a client is sent: Skirmish, and the same match on stock Colyseus encoding.",
  async run({ seconds = "20", players = "8,64" }, progress) {
    const log = pino({ level: "silent" });
    const lanes = await loadLanes({ iceServers: [], mostPeers: 64 }, log);
    const transport = new WebSocketTransport({});
    const server = new Server({ transport, greet: false, gracefullyShutdown: false });
    server.define("arena", ArenaBandwidthRoom, { arena: { lanes } } as never);
    server.define("stock", StockBandwidthRoom);
    await server.listen(PORT);
    const address = (transport.server as { address(): { port: number } }).address();
    const url = `http://127.0.0.1:${address.port}`;
    const sizes = [];
    for (const fighters of players.split(",").map(Number)) {
      const found = await measure(url, fighters, Number(seconds) * 1000);
      const { stock, plain, lane } = found;
      const plainRatio = plain.bytesPerSecond / stock.bytesPerSecond;
      const laneTotal = lane.bytesPerSecond + lane.laneBytesPerSecond;
      progress(
        `${fighters} players: stock ${Math.round(stock.bytesPerSecond)} B/s; arena ${Math.round(plain.bytesPerSecond)} B/s by WebSocket alone (${plainRatio.toFixed(2)}×); ` +
          `${Math.round(lane.bytesPerSecond)} + ${Math.round(lane.laneBytesPerSecond)} B/s with a lane (${(laneTotal / stock.bytesPerSecond).toFixed(2)}×)`,
      );
      sizes.push({
        players: fighters,
        ...found,
        ratioWithoutLane: round(plainRatio),
        ratioWithLane: round(laneTotal / stock.bytesPerSecond),
      });
    }
    lanes?.stop();
    return { secondsEach: Number(seconds), sizes };
  },
};
export default experiment;

async function measure(
  url: string,
  fighters: number,
  forMs: number,
): Promise<{ stock: Sample; plain: Sample; lane: Sample }> {
  const options = { fighters, seed: 7 };
  const stock = await watch(url, "stock", options, false);
  const plain = await watch(url, "arena", options, false);
  const lane = await watch(url, "arena", { ...options, roomId: plain.room.roomId }, true);
  // Both matches begin anew, at once.
  stock.room.send("begin");
  plain.room.send("begin");
  await wait(WARM_UP_MS);
  if (lane.lane?.state !== "open") throw new Error("the lane did not open");
  const watchers = { stock, plain, lane };
  for (const watcher of Object.values(watchers)) Object.assign(watcher, { bytes: 0, messages: 0 });
  const laneBytes = lane.lane.statistics.bytesReceived;
  const datagramsBefore = datagramsOf(lane.lane);
  const startedAt = performance.now();
  await wait(forMs);
  const seconds = (performance.now() - startedAt) / 1000;
  const received = lane.lane.statistics.bytesReceived - laneBytes;
  const heads = (datagramsOf(lane.lane) - datagramsBefore) * DATAGRAM_HEAD;
  const sample = ({ bytes, messages }: Watcher, own = 0): Sample => ({
    bytesPerSecond: round(bytes / seconds),
    messagesPerSecond: round(messages / seconds),
    laneBytesPerSecond: round(own / seconds),
  });
  const found = { stock: sample(stock), plain: sample(plain), lane: sample(lane, received + heads) };
  for (const { room } of Object.values(watchers)) await room.leave();
  return found;
}

async function watch(
  url: string,
  name: string,
  options: { fighters: number; seed: number; roomId?: string },
  withLane: boolean,
): Promise<Watcher> {
  const client = new Client(url);
  const room =
    options.roomId === undefined ? await client.create(name, options) : await client.joinById(options.roomId);
  room.onMessage("*", () => undefined);
  const lane = withLane
    ? openLane(room, {
        createPeer: (configuration) => new RTCPeerConnection(configuration as never) as never,
      })
    : undefined;
  const watcher: Watcher = { room, lane, bytes: 0, messages: 0 };
  const { ws } = room.connection.transport as unknown as { ws: WebSocket };
  ws.addEventListener("message", ({ data }: { data: ArrayBuffer }) => {
    watcher.bytes += data.byteLength + (data.byteLength > 125 ? 4 : 2);
    watcher.messages += 1;
  });
  await new Promise<void>((resolve) => room.onStateChange.once(() => resolve()));
  return watcher;
}

/** Each brought one new patch; the others were repeats. */
function datagramsOf({ statistics }: UnreliableLane): number {
  return statistics.patches - statistics.recovered;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const round = (value: number): number => Math.round(value * 1000) / 1000;
