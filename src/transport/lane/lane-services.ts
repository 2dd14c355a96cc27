/** What lanes need of the process: the native WebRTC library, where it is, and a bound on how many peers there are. */
import type * as Library from "node-datachannel";
import type { PeerConnection, RtcConfig } from "node-datachannel";
import type { Logger } from "../../observability/logger.ts";
import type { DatagramShaper } from "./lane-peer.ts";

/** A STUN or TURN server, as browsers name them. */
export interface IceServer {
  urls: string;
  username?: string | undefined;
  credential?: string | undefined;
}

export interface LaneServices {
  iceServersForClients: readonly IceServer[];
  /** Whether clients' candidates are needed: not where every client reaches the server at its own address. */
  usesCandidates: boolean;
  /** Stands in the server's candidates instead of its own address. */
  publicIp?: string | undefined;
  /**
   * @returns undefined when there are as many as there may be.
   * @throws Error for a port range that is used up.
   */
  openPeer(): PeerConnection | undefined;
  /** A peer that was opened is closed. */
  closed(): void;
  /** Milliseconds that only go forward. */
  now: () => number;
  /** For each peer anew. */
  shape?: (() => DatagramShaper) | undefined;
}

export interface LaneOptions {
  iceServers: readonly IceServer[];
  mostPeers: number;
  /** UDP ports to use, both included. */
  portRange?: { from: number; to: number } | undefined;
  /** The address to listen on; all by default. */
  bindAddress?: string | undefined;
  publicIp?: string | undefined;
  shape?: (() => DatagramShaper) | undefined;
}

const SEND_BUFFER_BYTES = 16 * 1024;

/** @returns undefined, and says why, where the library cannot be loaded. */
export async function loadLanes(
  options: LaneOptions,
  log: Logger,
): Promise<(LaneServices & { stop(): void }) | undefined> {
  let library: typeof Library;
  try {
    library = await import("node-datachannel");
  } catch (error) {
    log.warn({ err: error }, "lanes are off: the WebRTC library does not load on this machine");
    return undefined;
  }
  const { iceServers, mostPeers, portRange, bindAddress, publicIp, shape } = options;
  // What waits in the library is old when it goes: of its 1 MB a slow path would fill seconds.
  library.setSctpSettings({ sendBufferSize: SEND_BUFFER_BYTES });
  const settings: RtcConfig = {
    iceServers: iceServers.map(withCredentials),
    // Of a lane's own datagrams none comes near it.
    maxMessageSize: 16 * 1024,
    ...(portRange ? { portRangeBegin: portRange.from, portRangeEnd: portRange.to } : {}),
    // One port serves all peers.
    enableIceUdpMux: portRange !== undefined && portRange.from === portRange.to,
    ...(bindAddress === undefined ? {} : { bindAddress }),
  };
  let peers = 0;
  return {
    iceServersForClients: iceServers,
    usesCandidates: iceServers.length > 0,
    publicIp,
    openPeer() {
      if (peers >= mostPeers) return undefined;
      const peer = new library.PeerConnection("lane", settings);
      peers += 1;
      return peer;
    },
    closed() {
      peers -= 1;
    },
    now: () => performance.now(),
    shape,
    // The library's threads would keep the process alive.
    stop: () => library.cleanup(),
  };
}

/** The library wants "turn:user:password@host:port". */
function withCredentials({ urls, username, credential }: IceServer): string {
  if (username === undefined || credential === undefined) return urls;
  const at = urls.indexOf(":") + 1;
  const account = `${encodeURIComponent(username)}:${encodeURIComponent(credential)}`;
  return `${urls.slice(0, at)}${account}@${urls.slice(at)}`;
}
