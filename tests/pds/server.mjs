// A real PDS with its PLC directory: node server.mjs FOLDER APPVIEW_URL
// Prints where it answers, and ends when its standard input does, so that nothing is left when whoever started it is gone.

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { envToCfg, envToSecrets, PDS } from "@atproto/pds";
import plc from "@did-plc/server";

const HOST = "127.0.0.1";
const [folder, appviewUrl] = process.argv.slice(2);

process.stdin.resume().on("end", () => process.exit());

const listening = async (server) => {
  await once(server, "listening");
  return server.address().port;
};
const freePort = async () => {
  const probe = createServer().listen(0, HOST);
  const port = await listening(probe);
  probe.close();
  await once(probe, "close");
  return port;
};
const secret = () => randomBytes(32).toString("hex");

const directory = plc.PlcServer.create({ db: plc.Database.mock() });
const directoryPort = await listening(directory.app.listen(0, HOST));

const adminPassword = secret();
const port = await freePort(); // the PDS wants to know its address beforehand
const settings = {
  port,
  hostname: "localhost",
  devMode: true, // it may speak to the AppView beside it
  dataDirectory: folder,
  blobstoreDiskLocation: `${folder}/blobs`,
  didPlcUrl: `http://${HOST}:${directoryPort}`,
  bskyAppViewUrl: appviewUrl,
  bskyAppViewDid: "did:web:appview.example",
  inviteRequired: false,
  rateLimitsEnabled: true, // as everywhere
  adminPassword,
  jwtSecret: secret(),
  plcRotationKeyK256PrivateKeyHex: secret(),
};
const pds = await PDS.create(envToCfg(settings), envToSecrets(settings));
await pds.ctx.sequencer.start();
await listening(pds.app.listen(port, HOST)); // its own start() would listen on every address

process.stdout.write(`${JSON.stringify({ url: `http://${HOST}:${port}`, adminPassword, node: process.version })}\n`);
