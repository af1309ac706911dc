#!/usr/bin/env node
// A stand-in for an OpenClaw gateway: what a defender can see of one, and nothing of what it does.
//
//   node openclaw-gateway.mjs gateway --port 18789 --bind lan
//
// It is titled as OpenClaw titles itself, keeps its state below $HOME/.openclaw in the real layout, listens, answers
// GET /healthz with the real body and headers, and sends the WebSocket challenge at once. It runs no model, no tool and
// takes no command.
import crypto from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";

const argument = (name, fallback) => {
  const index = process.argv.indexOf(name);
  return index > 0 ? process.argv[index + 1] : fallback;
};
const port = Number(argument("--port", "18789"));
const bind = argument("--bind", "loopback");
const address = { loopback: "127.0.0.1", lan: "0.0.0.0" }[bind] ?? bind;
const home = process.env.HOME || os.homedir();
const state = process.env.OPENCLAW_STATE_DIR || path.join(home, ".openclaw");

// The layout of spring 2026: file-based state, one agent called main.
for (const folder of [
  "", "agents/main/agent", "agents/main/sessions", "credentials", "identity", "devices", "cron", "workspace", "logs",
]) fs.mkdirSync(path.join(state, folder), { recursive: true, mode: 0o700 });
const write = (name, text, mode = 0o600) => {
  const file = path.join(state, name);
  if (!fs.existsSync(file)) fs.writeFileSync(file, text, { mode });
};
write("openclaw.json", JSON.stringify({
  meta: { lastTouchedVersion: "2026.3.2" },
  gateway: { mode: "local", port, bind, auth: { mode: "token", token: "stand-in-token" } },
  discovery: { mdns: { mode: "minimal" } },
  agents: { list: [{ id: "main", default: true }] },
  tools: { profile: "coding" },
}, null, 2));
write("agents/main/agent/auth-profiles.json", '{"version":1,"profiles":{}}');
write("agents/main/sessions/sessions.json", "{}");
write("devices/paired.json", "{}");
write("cron/jobs.json", '{"version":1,"jobs":[]}');
write("workspace/SOUL.md", "# SOUL\n\nA stand-in has none.\n");
write("workspace/AGENTS.md", "# AGENTS\n");
const held = fs.openSync(path.join(state, "agents/main/sessions/stand-in.jsonl"), "a", 0o600);
fs.writeSync(held, '{"type":"session","id":"stand-in"}\n');

const headers = {
  "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
};
const server = http.createServer((request, response) => {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const place = new URL(request.url, "http://gateway").pathname;
  if (place === "/healthz" || place === "/health") {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { Allow: "GET, HEAD", "Content-Type": "text/plain; charset=utf-8" });
      return response.end("Method Not Allowed");
    }
    response.writeHead(200, { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" });
    return response.end(request.method === "HEAD" ? undefined : '{"ok":true,"status":"live"}');
  }
  if (place === "/") {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
    return response.end("<!doctype html><title>OpenClaw Control</title>");
  }
  // History of a session: a login is asked for before anything is said about it.
  if (/^\/sessions\/[^/]+\/history$/.test(place)) {
    const mode = JSON.parse(fs.readFileSync(path.join(state, "openclaw.json"), "utf8")).gateway?.auth?.mode;
    response.writeHead(mode === "none" ? 404 : 401, { "Content-Type": "application/json; charset=utf-8" });
    return response.end(JSON.stringify({ error: mode === "none"
      ? { type: "not_found", message: "Session not found" } : { type: "unauthorized", message: "Unauthorized" } }));
  }
  response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" });
  response.end("Not Found");
});
server.on("upgrade", (request, socket) => {
  const key = request.headers["sec-websocket-key"] ?? "";
  const accept = crypto.createHash("sha1").update(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  const text = Buffer.from(JSON.stringify({
    type: "event", event: "connect.challenge", payload: { nonce: crypto.randomUUID(), ts: Date.now() },
  }));
  // One text frame of under 126 bytes needs a two-byte head; the challenge has 127 or more, so the 16-bit form.
  const head = text.length < 126 ? Buffer.from([0x81, text.length]) : Buffer.from([0x81, 126, text.length >> 8, text.length & 255]);
  socket.write(Buffer.concat([head, text]));
  socket.on("data", () => socket.end());
  socket.on("error", () => {});
});
server.listen(port, address, () => console.log(`stand-in gateway on ${address}:${port}, state ${state}`));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));
process.title = "openclaw-gateway";
