/** What of WebRTC a lane uses, by shape: a browser's fits it, and so does a library's for Node. */

export interface LaneConfiguration {
  iceServers: { urls: string; username?: string; credential?: string }[];
}

export interface LaneChannel {
  readonly readyState: string;
  readonly bufferedAmount: number;
  binaryType: string;
  addEventListener(type: "open" | "close" | "message", listener: (event: never) => void): void;
  send(data: never): void;
}

export interface LaneConnection {
  readonly connectionState: string;
  readonly localDescription: { sdp: string } | null;
  addEventListener(type: "icecandidate" | "connectionstatechange", listener: (event: never) => void): void;
  createDataChannel(label: string, options: { ordered: boolean; maxRetransmits: number }): LaneChannel;
  createOffer(): Promise<{ sdp?: string }>;
  setLocalDescription(description: never): Promise<void>;
  setRemoteDescription(description: { type: "offer" | "answer"; sdp: string }): Promise<void>;
  addIceCandidate(candidate: { candidate: string; sdpMid: string }): Promise<void>;
  close(): void;
}

export type CreatePeer = (configuration: LaneConfiguration) => LaneConnection;

/** The browser's; undefined where there is none. */
export function nativePeer(): CreatePeer | undefined {
  const { RTCPeerConnection } = globalThis as {
    RTCPeerConnection?: new (configuration: LaneConfiguration) => LaneConnection;
  };
  return RTCPeerConnection && ((configuration) => new RTCPeerConnection(configuration));
}
