import socket
from contextlib import closing

import pytest

from cli.listening import bind
from settings import Settings, SettingsError


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.10", "practice-audit.example", ""])
def test_local_mode_listens_on_no_other_address_than_this_machines_own(host: str) -> None:
    with pytest.raises(SettingsError, match="listens on this machine only"):
        bind(Settings(local_mode=True, host=host, port=0))


def test_a_port_that_is_taken_is_named_with_the_way_out() -> None:
    with closing(bind(Settings(local_mode=True, port=0))) as first:
        first.listen()
        port = first.getsockname()[1]

        with pytest.raises(SettingsError, match=f"Port {port} .* Choose another with --port"):
            bind(Settings(local_mode=True, port=port))


def test_the_socket_is_named_as_tcp_so_that_answers_leave_without_delay() -> None:
    with closing(bind(Settings(local_mode=True, port=0))) as taken:
        assert taken.proto == socket.IPPROTO_TCP
