/** The ws package: every text frame on /pub goes to everybody else. node ws.mjs PORT */

import { createRequire } from "node:module";

const { WebSocketServer } = createRequire(new URL("../../frontend/", import.meta.url))("ws");
const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  perMessageDeflate: false,
  backlog: 65535,
});
const viewers = new Set();

server.on("connection", (socket, request) => {
  if (request.url === "/pub") {
    socket.on("message", (message) => {
      for (const viewer of viewers) viewer.send(message, { binary: false });
    });
    return;
  }
  viewers.add(socket);
  socket.on("close", () => viewers.delete(socket));
});
