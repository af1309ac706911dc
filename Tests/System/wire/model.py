#!/usr/bin/env python3
"""model.py PORT [COMMAND...]: the services behind the TLS front of record.sh, on loopback.

A model that asks for one command after the other to be run and then says that it is done, as Chat Completions, Responses
(server-sent events and WebSocket) and Messages; a bot API with long polls; a page for people. Answers are streamed at one
piece in 20 ms. The file refuse-websocket in the working folder makes it answer upgrades with 529.
Each request is one line on standard output.
"""
import base64
import hashlib
import json
import os
import struct
import sys
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT, COMMANDS = int(sys.argv[1]), sys.argv[2:]
WORDS = "All of it was done as you asked and nothing is left to do .".split()
USAGE = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
POLL = 10
PAGE = """<!doctype html><title>Chat</title><ul id=said></ul><script>
const say = text => { const item = document.createElement("li"); item.textContent = text; said.append(item); };
async function ask(text) {
  const answer = await fetch("/backend-api/conversation", {method: "POST", headers: {"Content-Type": "application/json"},
    body: JSON.stringify({messages: [{role: "user", content: text}]})});
  say(await answer.text());
}
(async () => {
  for (const [pause, text] of [[2500, "What is a good soup for a cold evening?"], [6000, "And without leek?"], [7000, "Thank you."]]) {
    await new Promise(done => setTimeout(done, pause));
    await ask(text);
  }
  document.title = "over";
})();
</script>"""


class Services(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def say(self, what):
        print(f"{time.time():.2f}", self.headers.get("Host"), self.command, self.path, what, flush=True)

    def answer(self, value, status=200, kind="application/json"):
        body = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stream(self, events, named):
        """Server-sent events in chunks: dicts, named by their type where the protocol does so, or bare strings."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for event in events:
            data = event if isinstance(event, str) else json.dumps(event)
            text = ((f"event: {event['type']}\n" if named else "") + f"data: {data}\n\n").encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(text), text))
            self.wfile.flush()
            time.sleep(0.02)
        self.wfile.write(b"0\r\n\r\n")

    def do_HEAD(self):
        self.answer("")

    def do_GET(self):
        if self.headers.get("Upgrade", "").lower() == "websocket":
            return self.serve_socket()
        self.say("get")
        if "text/html" in self.headers.get("Accept", ""):
            return self.answer(PAGE, kind="text/html; charset=utf-8")
        if self.path.startswith("/bot"):
            return self.bot({})
        self.answer({"object": "list", "data": [{"id": "mock", "object": "model"}], "models": []})

    def body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            out = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                out += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            out = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return out

    def do_POST(self):
        body = self.body()
        try:
            request = json.loads(body or b"{}")
        except ValueError:
            request = {}
        path = self.path.split("?")[0]
        if path.startswith("/bot"):
            self.bot(request, body)
        elif path.endswith("/chat/completions"):
            self.chat(request)
        elif path.endswith("/responses"):
            items = [i for i in request.get("input", []) if isinstance(i, dict)]
            done = sum(i.get("type", "").endswith("_call_output") for i in items)
            self.say(f"responses {len(body)} after {done}")
            self.stream(self.response_events(request, done), named=True)
        elif path.endswith("/count_tokens"):
            self.answer({"input_tokens": 10})
        elif path.endswith("/messages"):
            self.messages(request, len(body))
        elif path.endswith("/conversation"):
            self.say("conversation")
            self.stream([{"type": "delta", "text": w} for w in WORDS], named=False)
        else:
            self.say(f"nothing {len(body)}")
            self.answer({})

    # Chat Completions
    def chat(self, request):
        names = [t["function"]["name"] for t in request.get("tools") or []]
        tool = next((n for n in names if n in ("exec", "shell", "bash")), None)
        turn = request.get("messages", [])
        last = max((i for i, m in enumerate(turn) if m.get("role") == "user"), default=0)
        done = sum(m.get("role") == "tool" for m in turn[last:])
        call = tool is not None and done < len(COMMANDS)
        self.say(f"chat after {done}: {'call' if call else 'text'}")
        head = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "mock"}
        if call:
            arguments = json.dumps({"command": COMMANDS[done]})
            asked = [{"index": 0, "id": f"call_{done}", "type": "function", "function": {"name": tool, "arguments": arguments}}]
            deltas, reason = [{"role": "assistant", "tool_calls": asked}], "tool_calls"
        else:
            deltas, reason = [{"role": "assistant", "content": w + " "} for w in WORDS], "stop"
        if not request.get("stream"):
            message = {"role": "assistant", "content": " ".join(WORDS)} if not call else {**deltas[0], "content": None}
            choice = {"index": 0, "message": message, "finish_reason": reason}
            return self.answer({**head, "object": "chat.completion", "choices": [choice], "usage": {}})
        pieces = [{**head, "choices": [{"index": 0, "delta": d}]} for d in deltas]
        end = {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}
        self.stream([*pieces, end, "[DONE]"], named=False)

    # Responses, of both transports
    def response_events(self, request, done):
        names = [t.get("name") for t in request.get("tools") or []] or ["exec_command"] # not all name them in the open
        tool = next((n for n in names if n in ("exec_command", "shell_command", "shell")), None)
        response = {"id": f"r_{done}"}
        if request.get("generate") is False:
            return [
                {"type": "response.created", "response": response},
                {"type": "response.completed", "response": {**response, "output": [], "usage": USAGE}},
            ]
        deltas = []
        if tool is not None and done < len(COMMANDS):
            command = COMMANDS[done]
            arguments = {
                "exec_command": {"cmd": command, "yield_time_ms": 10000}, "shell_command": {"command": command},
                "shell": {"command": ["sh", "-c", command]},
            }[tool]
            item = {"type": "function_call", "id": f"fc_{done}", "call_id": f"call_{done}", "name": tool, "arguments": json.dumps(arguments)}
        else:
            item = {"type": "message", "id": "m_1", "role": "assistant", "content": [{"type": "output_text", "text": " ".join(WORDS)}]}
            deltas = [{"type": "response.output_text.delta", "item_id": "m_1", "output_index": 0, "content_index": 0, "delta": w + " "} for w in WORDS]
        return [
            {"type": "response.created", "response": response},
            {"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []} if deltas else item},
            *deltas,
            {"type": "response.output_item.done", "output_index": 0, "item": item},
            {"type": "response.completed", "response": {**response, "output": [item], "usage": USAGE}},
        ]

    # Messages
    def messages(self, request, size):
        blocks = [b for m in request.get("messages", []) if isinstance(m.get("content"), list) for b in m["content"]]
        done = sum(b.get("type") == "tool_result" for b in blocks)
        call = done < len(COMMANDS) and any(t.get("name") == "Bash" for t in request.get("tools") or [])
        self.say(f"messages {size} after {done}: {'call' if call else 'text'}")
        if call:
            arguments = {"command": COMMANDS[done], "description": "as asked"}
            block = {"type": "tool_use", "id": f"toolu_{done}", "name": "Bash", "input": {}}
            deltas = [{"type": "input_json_delta", "partial_json": json.dumps(arguments)}]
            whole = {**block, "input": arguments}
        else:
            block = {"type": "text", "text": ""}
            deltas = [{"type": "text_delta", "text": w + " "} for w in WORDS]
            whole = {"type": "text", "text": " ".join(WORDS)}
        message = {
            "id": f"msg_{done}", "type": "message", "role": "assistant", "model": "mock", "content": [], "stop_reason": None,
            "stop_sequence": None, "usage": {"input_tokens": 10, "output_tokens": 1},
        }
        reason = "tool_use" if call else "end_turn"
        if not request.get("stream"):
            return self.answer({**message, "content": [whole], "stop_reason": reason})
        self.stream(
            [
                {"type": "message_start", "message": message},
                {"type": "content_block_start", "index": 0, "content_block": block},
                *[{"type": "content_block_delta", "index": 0, "delta": d} for d in deltas],
                {"type": "content_block_stop", "index": 0},
                {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": {"output_tokens": 5}},
                {"type": "message_stop"},
            ],
            named=True)

    # A bot with one person who writes once, at the start.
    written = False

    def bot(self, request, body=b""):
        method = self.path.split("?")[0].rsplit("/", 1)[1].lower()
        self.say("bot")
        result = True
        person = {"id": 42, "is_bot": False, "first_name": "Ada"}
        chat = {"id": 42, "type": "private", "first_name": "Ada"}
        if method == "getme":
            result = {"id": 1, "is_bot": True, "first_name": "bot", "username": "example_bot", "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
        elif method == "getupdates":
            form = body.decode(errors="replace")
            waits = "timeout" in form or request.get("timeout")
            if waits and not Services.written:
                Services.written = True
                result = [{"update_id": 1, "message": {"message_id": 1, "date": int(time.time()), "chat": chat, "from": person, "text": "Good morning"}}]
            else:
                result = []
                if waits:
                    time.sleep(POLL)
        elif method in ("sendmessage", "editmessagetext"):
            result = {"message_id": 2, "date": int(time.time()), "chat": chat, "text": "said"}
        self.answer({"ok": True, "result": result})

    # WebSocket, with compression where it is offered
    def serve_socket(self):
        if os.path.exists("refuse-websocket"):
            self.say("socket refused")
            self.answer({"error": {"message": "overloaded"}}, status=529)
            return
        accept = base64.b64encode(hashlib.sha1((self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
        deflate = "permessage-deflate" in self.headers.get("Sec-WebSocket-Extensions", "")
        self.say(f"socket, deflate {deflate}")
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", accept)
        if deflate:
            self.send_header("Sec-WebSocket-Extensions", "permessage-deflate")
        self.end_headers()
        self.close_connection = True
        self.inflater, self.deflater, done = zlib.decompressobj(-15), zlib.compressobj(6, zlib.DEFLATED, -15), 0
        try:
            while (text := self.receive()) is not None:
                request = json.loads(text)
                done += sum(i.get("type", "").endswith("_call_output") for i in request.get("input", []) if isinstance(i, dict))
                self.say(f"socket {len(text)} {request.get('type')} after {done}")
                for event in self.response_events(request, done):
                    self.transmit(1, json.dumps(event).encode(), deflate)
                    time.sleep(0.02)
        except (OSError, ValueError, struct.error):
            pass

    def receive(self):
        """The next text, or nil at the end."""
        whole, compressed = b"", False
        while True:
            first, second = self.rfile.read(2)
            size = second & 127
            if size == 126:
                size = struct.unpack(">H", self.rfile.read(2))[0]
            elif size == 127:
                size = struct.unpack(">Q", self.rfile.read(8))[0]
            mask = self.rfile.read(4)
            data = self.rfile.read(size)
            data = bytes(b ^ mask[i & 3] for i, b in enumerate(data))
            code = first & 15
            if code == 8:
                self.transmit(8, data[:2], False)
                return None
            if code == 9:
                self.transmit(10, data, False)
                continue
            if code == 10:
                continue
            compressed |= bool(first & 64)
            whole += data
            if first & 128:
                return self.inflater.decompress(whole + b"\0\0\xff\xff") if compressed else whole

    def transmit(self, code, data, compress):
        first = 128 | code
        if compress:
            data = (self.deflater.compress(data) + self.deflater.flush(zlib.Z_SYNC_FLUSH))[:-4]
            first |= 64
        size = bytes([len(data)]) if len(data) < 126 else struct.pack(">BH", 126, len(data)) if len(data) < 65536 else struct.pack(">BQ", 127, len(data))
        self.wfile.write(bytes([first]) + size + data)
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


print(f"services on 127.0.0.1:{PORT}", flush=True)
Server(("127.0.0.1", PORT), Services).serve_forever()
