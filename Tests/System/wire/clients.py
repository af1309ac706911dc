#!/usr/bin/env python3
"""clients.py batch|sdk|summary|ask FILE|loop|challenge HOST: what programs do that are no agent's, and one that is.

batch      six short questions to a model, one after the other (urllib)
sdk        four through the OpenAI SDK, streamed
summary    fetches five pages (urllib) and has each summed up, 20 kB with its instructions, through the OpenAI SDK
ask        one call of the OpenAI SDK with a file
loop       an agent of forty lines: asks the model, runs what it wants, tells it what came
challenge  a WebSocket to port 18789 of HOST that waits for the first frame and leaves
"""
import base64
import json
import os
import socket
import sys
import time
import urllib.request


def batch():
    for number in range(6):
        body = json.dumps({"model": "mock", "messages": [{"role": "user", "content": f"Which colour has number {number}? " * 4}]})
        request = urllib.request.Request(
            "https://api.openai.com/v1/chat/completions", body.encode(),
            {"Content-Type": "application/json", "Authorization": "Bearer sk-mock-not-for-anybody"})
        with urllib.request.urlopen(request) as answer:
            answer.read()
        time.sleep(0.3)


def sdk():
    import openai

    client = openai.OpenAI(api_key="sk-mock-not-for-anybody")
    for number in range(4):
        messages = [{"role": "user", "content": f"Write a line about number {number}."}]
        for _ in client.chat.completions.create(model="mock", messages=messages, stream=True):
            pass
        time.sleep(0.3)


def ask(text):
    import openai

    messages = [{"role": "system", "content": "Sum up what follows. " * 900}, {"role": "user", "content": text}]
    for _ in openai.OpenAI(api_key="sk-mock-not-for-anybody").chat.completions.create(model="mock", messages=messages, stream=True):
        pass


def summary():
    for number in range(5):
        with urllib.request.urlopen(f"https://www.example.com/{number}") as answer:
            ask(answer.read().decode())


def loop():
    import subprocess

    import openai

    client = openai.OpenAI(api_key="sk-mock-not-for-anybody")
    tools = [{"type": "function", "function": {
        "name": "shell", "description": "Runs a command.",
        "parameters": {"type": "object", "properties": {"command": {"type": "string"}}}}}]
    messages = [{"role": "system", "content": "You work with a shell. " * 60}, {"role": "user", "content": "Look at the page and at the tools."}]
    while True:
        message = client.chat.completions.create(model="mock", messages=messages, tools=tools).choices[0].message
        messages.append(message.model_dump(exclude_none=True))
        if not message.tool_calls:
            return
        for call in message.tool_calls:
            command = json.loads(call.function.arguments)["command"]
            done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
            messages.append({"role": "tool", "tool_call_id": call.id, "content": done.stdout + done.stderr})


def challenge(host):
    with socket.create_connection((host, 18789), 5) as connection:
        key = base64.b64encode(os.urandom(16)).decode()
        connection.sendall(
            f"GET / HTTP/1.1\r\nHost: {host}:18789\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        heard = b""
        while b"connect.challenge" not in heard:
            heard += connection.recv(4096)
        time.sleep(0.2)


{
    "batch": batch, "sdk": sdk, "summary": summary, "loop": loop, "ask": lambda: ask(open(sys.argv[2]).read()),
    "challenge": lambda: challenge(sys.argv[2]),
}[sys.argv[1]]()
