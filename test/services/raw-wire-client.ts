/** One OP_MSG over a connection of its own, for what the driver would not send. */
import { connect, type Socket } from "node:net";
import mongoose from "mongoose";

const { deserialize, serialize } = mongoose.mongo.BSON;

type Doc = Record<string, unknown>;

export function openSocket(uri: string): Promise<Socket> {
  const { hostname, port } = new URL(uri);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port || 27017), hostname, () => resolve(socket));
    socket.once("error", reject);
  });
}

export function encodeCommand(command: Doc, requestId = 1): Buffer {
  const body = serialize(command);
  const head = Buffer.alloc(21);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(requestId, 4);
  head.writeInt32LE(2013, 12);
  return Buffer.concat([head, body]);
}

export async function sendCommand(uri: string, command: Doc): Promise<Doc> {
  const socket = await openSocket(uri);
  try {
    return await new Promise<Doc>((resolve, reject) => {
      let received = Buffer.alloc(0);
      socket.on("data", (chunk) => {
        received = Buffer.concat([received, chunk]);
        if (received.length >= 4 && received.length >= received.readInt32LE(0))
          resolve(deserialize(received.subarray(21)));
      });
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("the server closed the connection")));
      socket.write(encodeCommand(command));
    });
  } finally {
    socket.destroy();
  }
}
