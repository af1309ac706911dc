#!/usr/bin/env python3
"""quic.py serve ADDRESS CERTIFICATE KEY | get NAME CA: HTTP/3, enough for one request with its answer (aioquic)."""
import asyncio
import sys

from aioquic.asyncio import QuicConnectionProtocol, connect, serve
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import HeadersReceived
from aioquic.quic.configuration import QuicConfiguration


class Server(QuicConnectionProtocol):
    http = None

    def quic_event_received(self, event):
        self.http = self.http or H3Connection(self._quic)
        for heard in self.http.handle_event(event):
            if isinstance(heard, HeadersReceived):
                self.http.send_headers(heard.stream_id, [(b":status", b"200"), (b"content-type", b"text/plain")])
                self.http.send_data(heard.stream_id, b"hello\n", end_stream=True)
                self.transmit()


class Client(QuicConnectionProtocol):
    http = None

    async def get(self, name):
        self.done = asyncio.get_event_loop().create_future()
        self.http = H3Connection(self._quic)
        stream = self._quic.get_next_available_stream_id()
        self.http.send_headers(
            stream, [(b":method", b"GET"), (b":scheme", b"https"), (b":authority", name.encode()), (b":path", b"/")], end_stream=True)
        self.transmit()
        return await asyncio.wait_for(self.done, 5)

    def quic_event_received(self, event):
        for heard in self.http.handle_event(event) if self.http else []:
            if isinstance(heard, HeadersReceived) and not self.done.done():
                self.done.set_result(dict(heard.headers)[b":status"].decode())


async def main():
    if sys.argv[1] == "serve":
        configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN)
        configuration.load_cert_chain(sys.argv[3], sys.argv[4])
        await serve(sys.argv[2], 443, configuration=configuration, create_protocol=Server)
        print("serving", flush=True)
        await asyncio.Future()
    name, authority = sys.argv[2:]
    configuration = QuicConfiguration(alpn_protocols=H3_ALPN)
    configuration.load_verify_locations(authority)
    async with connect(name, 443, configuration=configuration, create_protocol=Client) as client:
        print(await client.get(name))


asyncio.run(main())
