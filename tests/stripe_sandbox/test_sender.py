"""What the sandbox does with a receiver that misbehaves."""

import gc
import socket
import warnings
from threading import Thread

from stripe_sandbox.webhooks.sender import post


def _answer_nonsense(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"nonsense\r\n\r\n")


def test_a_receiver_that_speaks_no_http_leaves_nothing_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        receiver = Thread(target=_answer_nonsense, args=(server,))
        receiver.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/webhooks"
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            attempt = post(url, b"{}", "t=1,v1=x", 1)
            gc.collect()
        receiver.join()
    assert attempt.status is None
    assert "BadStatusLine" in attempt.answer
    assert [each for each in seen if each.category is ResourceWarning] == []
