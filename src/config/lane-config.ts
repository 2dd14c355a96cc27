/** The section `lane`: the data channels beside the WebSockets. Part of `config-schema.ts`. */
import { z } from "zod";

const ip = z.union([z.ipv4(), z.ipv6()], "expected an IP address");
const port = z.int().min(1024).max(65_535);

const iceServer = z.strictObject({
  urls: z.string().regex(/^(stun|turns?):.{1,200}$/, "expected stun:, turn: or turns: and a host"),
  username: z.string().max(200).optional(),
  credential: z.string().max(200).optional(),
});

export const laneConfig = z
  .strictObject({
    /** Rooms with an `UnreliableLanePlugin` offer a data channel. */
    enabled: z.boolean().default(true),
    /**
     * STUN and TURN servers, for both sides. A server with a public address needs none; behind NAT it needs STUN, and
     * clients whose networks let no UDP through need TURN, or stay on their WebSockets.
     */
    iceServers: z.array(iceServer).max(8).default([]),
    /** Of this process; more clients stay on their WebSockets. */
    mostPeers: z.int().min(0).max(100_000).default(2000),
    /** UDP ports to use, both included; any by default. One alone serves all peers. */
    portRange: z
      .strictObject({ from: port, to: port })
      .refine(({ from, to }) => from <= to, "expected from ≤ to")
      .optional(),
    /** The local address to use; that of `transport.host` by default. */
    bindAddress: ip.optional(),
    /** Told to clients instead of the machine's own address, where a provider translates the one to the other. */
    publicIp: ip.optional(),
  })
  .prefault({});
