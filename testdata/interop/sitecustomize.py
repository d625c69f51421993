"""NAME.localhost is this machine (RFC 6761), whatever the system's resolver says.

The Python clients get this directory in PYTHONPATH, so that host style can be tried anywhere.
"""
import socket

_resolve = socket.getaddrinfo


def _loopback(host, *args, **kwargs):
    name = host.decode() if isinstance(host, bytes) else host
    return _resolve("127.0.0.1" if name and name.endswith("localhost") else host, *args, **kwargs)


socket.getaddrinfo = _loopback
