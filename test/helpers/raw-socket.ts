/** A WebSocket by hand, for what no library would send: frames of any kind, in any state of the connection. */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { type Guest, until } from "./test-arena.ts";

export const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface Seat {
  sessionId: string;
  roomId: string;
  processId: string;
}

/** @param how as Colyseus' matchmaker has it: "create/NAME", "joinById/ROOM". @throws Error with the refusal. */
export async function reserveSeat(
  url: string,
  guest: Guest,
  how: string,
  options: object = {},
): Promise<Seat> {
  const response = await fetch(`${url}/matchmake/${how}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${guest.token}`, "Content-Type": "application/json" },
    body: JSON.stringify(options),
  });
  const answer = (await response.json()) as Seat & { error?: string };
  if (!response.ok) throw new Error(`${how}: ${response.status} ${answer.error}`);
  return answer;
}

export class RawSocket {
  readonly socket: Socket;
  /** What the server sent, whole frames. */
  readonly received: { opcode: number; payload: Buffer }[] = [];
  /** The status of the answer to the upgrade. */
  status = 0;
  closedWith: number | undefined;
  ended = false;
  #unread = Buffer.alloc(0);

  static async open(port: number, path: string, headers = ""): Promise<RawSocket> {
    const raw = new RawSocket(connect(port, "127.0.0.1"));
    raw.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n${headers}\r\n`,
    );
    await until(() => raw.status > 0 || raw.ended, "an answer to the upgrade");
    return raw;
  }

  static join(port: number, { processId, roomId, sessionId }: Seat, headers = ""): Promise<RawSocket> {
    return RawSocket.open(port, `/${processId}/${roomId}?sessionId=${sessionId}`, headers);
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("close", () => (this.ended = true));
    // A server that hangs up is what some want to see.
    socket.on("error", () => undefined);
  }

  /** @param first flags and opcode, as the first byte of a frame has them: 0x80 marks a whole message. */
  sendFrame(first: number, payload: Uint8Array): void {
    const { length } = payload;
    const head = length < 126 ? [first, 0x80 | length] : [first, 0x80 | 126, length >> 8, length & 0xff];
    // A mask of nothing but zeroes changes nothing.
    if (!this.ended) this.socket.write(Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]));
  }

  send(payload: Uint8Array): void {
    this.sendFrame(0x80 | OPCODE.binary, payload);
  }

  /** The first byte of each message. */
  get codes(): number[] {
    return this.received
      .filter(({ opcode }) => opcode === OPCODE.binary)
      .map(({ payload }) => payload[0] ?? -1);
  }

  async closed(): Promise<number | undefined> {
    await until(() => this.ended || this.closedWith !== undefined, "the server to close");
    return this.closedWith;
  }

  end(): void {
    this.socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    if (this.status === 0) {
      const end = this.#unread.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.status = Number(this.#unread.toString("latin1", 9, 12));
      this.#unread = this.#unread.subarray(end + 4);
    }
    for (let bytes = this.#takeFrame(); bytes > 0; bytes = this.#takeFrame())
      this.#unread = this.#unread.subarray(bytes);
  }

  /** @returns how long the frame was; 0 when it is not whole yet. */
  #takeFrame(): number {
    const unread = this.#unread;
    if (unread.length < 2) return 0;
    const short = (unread[1] as number) & 0x7f;
    const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (unread.length < headBytes) return 0;
    const length =
      short < 126 ? short : short === 126 ? unread.readUInt16BE(2) : Number(unread.readBigUInt64BE(2));
    if (unread.length < headBytes + length) return 0;
    const opcode = (unread[0] as number) & 0xf;
    const payload = Buffer.from(unread.subarray(headBytes, headBytes + length));
    this.received.push({ opcode, payload });
    if (opcode === OPCODE.close) this.closedWith = length >= 2 ? payload.readUInt16BE(0) : 1005;
    return headBytes + length;
  }
}
