#!/usr/bin/env python3
"""mock_model.py PORT COMMAND: a model that always first asks for one command to be run, then says that it is done.

It speaks the three protocols that agents speak, streamed as their clients accept it: Chat Completions, Responses and
Messages. Loopback only. Each request is one line on standard output: method, path, what was answered.
"""
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT, COMMAND = int(sys.argv[1]), sys.argv[2]
DONE = "It is done."
USAGE = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}


class Model(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def say(self, what):
        print(self.command, self.path, what, flush=True)

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stream(self, events, named):
        """Server-sent events; each is a dict, named by its type where the protocol does so, or a bare string."""
        text = ""
        for event in events:
            data = event if isinstance(event, str) else json.dumps(event)
            text += (f"event: {event['type']}\n" if named else "") + f"data: {data}\n\n"
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self):
        self.answer({})

    def do_GET(self):
        self.say("list")
        self.answer({"object": "list", "data": [{"id": "mock", "object": "model"}], "models": []})

    def do_POST(self):
        size = int(self.headers.get("Content-Length") or 0)
        try:
            request = json.loads(self.rfile.read(size) or b"{}")
        except ValueError:
            request = {}
        path = self.path.split("?")[0]
        if path.endswith("/chat/completions"):
            self.answer_chat(request)
        elif path.endswith("/responses"):
            self.answer_responses(request)
        elif path.endswith("/count_tokens"):
            self.say("count")
            self.answer({"input_tokens": 10})
        elif path.endswith("/messages"):
            self.answer_messages(request)
        else:
            self.say("nothing")
            self.answer({})

    def answer_chat(self, request):
        tools = [t["function"]["name"] for t in request.get("tools") or []]
        answered = any(m.get("role") == "tool" for m in request.get("messages", []))
        name = next((t for t in tools if t in ("exec", "shell", "bash")), None)
        call = name is not None and not answered
        self.say("call" if call else "text")
        head = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "mock"}
        if call:
            tool = {"index": 0, "id": "call_1", "type": "function", "function": {"name": name, "arguments": json.dumps({"command": COMMAND})}}
            delta, reason = {"role": "assistant", "tool_calls": [tool]}, "tool_calls"
        else:
            delta, reason = {"role": "assistant", "content": DONE}, "stop"
        if not request.get("stream"):
            message = {"role": "assistant", "content": delta.get("content"), **({"tool_calls": delta["tool_calls"]} if call else {})}
            return self.answer({**head, "object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": reason}], "usage": {}})
        self.stream(
            [{**head, "choices": [{"index": 0, "delta": delta}]}, {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}, "[DONE]"],
            named=False)

    def answer_responses(self, request):
        answered = any(i.get("type", "").endswith("_call_output") for i in request.get("input", []) if isinstance(i, dict))
        tools = [t.get("name") for t in request.get("tools") or []]
        name = next((t for t in tools if t in ("exec_command", "shell_command", "shell")), None)
        call = name is not None and not answered
        self.say("call" if call else f"text {tools}" if not answered else "text")
        if call:
            arguments = {"exec_command": {"cmd": COMMAND, "yield_time_ms": 30000}, "shell_command": {"command": COMMAND}, "shell": {"command": ["sh", "-c", COMMAND]}}[name]
            item = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": name, "arguments": json.dumps(arguments)}
        else:
            item = {"type": "message", "id": "m_1", "role": "assistant", "content": [{"type": "output_text", "text": DONE}]}
        self.stream(
            [
                {"type": "response.created", "response": {"id": "r_1"}},
                {"type": "response.output_item.added", "output_index": 0, "item": item},
                {"type": "response.output_item.done", "output_index": 0, "item": item},
                {"type": "response.completed", "response": {"id": "r_1", "output": [item], "usage": USAGE}},
            ],
            named=True)

    def answer_messages(self, request):
        blocks = [b for m in request.get("messages", []) if isinstance(m.get("content"), list) for b in m["content"]]
        answered = any(b.get("type") == "tool_result" for b in blocks)
        call = not answered and any(t.get("name") == "Bash" for t in request.get("tools") or [])
        results = [str(b.get("content"))[:200] for b in blocks if b.get("type") == "tool_result"]
        self.say("call" if call else f"text {results}")
        if call:
            block = {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {}}
            delta = {"type": "input_json_delta", "partial_json": json.dumps({"command": COMMAND, "description": "as asked"})}
        else:
            block, delta = {"type": "text", "text": ""}, {"type": "text_delta", "text": DONE}
        message = {
            "id": "msg_1", "type": "message", "role": "assistant", "model": "mock", "content": [], "stop_reason": None, "stop_sequence": None,
            "usage": {"input_tokens": 10, "output_tokens": 1},
        }
        reason = "tool_use" if call else "end_turn"
        if not request.get("stream"):
            content = {**block, "input": {"command": COMMAND}} if call else {"type": "text", "text": DONE}
            return self.answer({**message, "content": [content], "stop_reason": reason})
        self.stream(
            [
                {"type": "message_start", "message": message},
                {"type": "content_block_start", "index": 0, "content_block": block},
                {"type": "content_block_delta", "index": 0, "delta": delta},
                {"type": "content_block_stop", "index": 0},
                {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": {"output_tokens": 5}},
                {"type": "message_stop"},
            ],
            named=True)


print(f"model on 127.0.0.1:{PORT}", flush=True)
ThreadingHTTPServer(("127.0.0.1", PORT), Model).serve_forever()
