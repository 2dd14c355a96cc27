/**
 * A player's connection with meters on it. Counted are the bytes that the game hands to the WebSocket and to the data
 * channel and gets from them: without the headers of WebSocket, TLS, TCP, SCTP, DTLS, UDP and IP.
 */
import type { Room } from "@colyseus/sdk";
import { RTCPeerConnection } from "node-datachannel/polyfill";
import {
  type LaneChannel,
  type LaneConfiguration,
  type LaneConnection,
  openLane,
} from "../../../sdk/unreliable-lane.ts";
import type { LinkBytes } from "./records.ts";

export interface LinkMeter {
  readonly webSocket: LinkBytes;
  readonly lane: LinkBytes;
  readonly onLane: boolean;
  /** Counts from zero again. */
  restart(): void;
  close(): void;
}

interface Pipe {
  send(data: Uint8Array): void;
  addEventListener(kind: "message", listener: (event: { data: ArrayBuffer }) => void): void;
}

const nothing = (): LinkBytes => ({ down: 0, up: 0, framesDown: 0, framesUp: 0 });

/** Call it right after the room was joined. @param withLane with the unreliable lane beside the WebSocket. */
export function openLink(room: Room, withLane: boolean): LinkMeter {
  const webSocket = nothing();
  const channel = nothing();
  meter((room.connection.transport as unknown as { ws: Pipe }).ws, webSocket);
  const createPeer = (configuration: LaneConfiguration): LaneConnection =>
    meteredPeer(configuration, channel);
  const lane = withLane ? openLane(room, { createPeer }) : undefined;
  return {
    webSocket,
    lane: channel,
    get onLane() {
      return lane?.state === "open";
    },
    restart() {
      Object.assign(webSocket, nothing());
      Object.assign(channel, nothing());
    },
    close: () => lane?.close(),
  };
}

function meteredPeer(configuration: LaneConfiguration, bytes: LinkBytes): LaneConnection {
  const peer = new RTCPeerConnection(configuration as never) as unknown as LaneConnection;
  const create = peer.createDataChannel.bind(peer);
  peer.createDataChannel = (label, options): LaneChannel => {
    const channel = create(label, options);
    meter(channel, bytes);
    return channel;
  };
  return peer;
}

function meter(pipe: Pipe, bytes: LinkBytes): void {
  const send = pipe.send.bind(pipe);
  pipe.send = (data) => {
    bytes.up += data.byteLength;
    bytes.framesUp += 1;
    send(data);
  };
  pipe.addEventListener("message", ({ data }) => {
    bytes.down += data.byteLength;
    bytes.framesDown += 1;
  });
}
