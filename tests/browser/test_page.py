"""The page that the other tests look through: it finds no other machine, and says what asked for one."""

from __future__ import annotations

from page import Served, Sight
from playwright.sync_api import Browser

FETCH = "address => fetch(address, {mode: 'no-cors'}).then(() => 'came', () => 'never came')"


def test_a_request_for_another_machine_is_written_down_and_never_comes(served: Served, browser: Browser) -> None:
    sight = Sight(browser)
    sight.page.set_content("<p>A page of its own: JupyterLab forbids some requests itself.</p>")
    away = ["https://example.org/a.js", "http://192.0.2.1/b.css", "http://localhost.example.org/c"]
    assert [sight.page.evaluate(FETCH, address) for address in away] == ["never came"] * 3
    assert sight.online == away and len(sight.console) >= 3
    sight.online.clear()
    assert sight.page.evaluate(FETCH, f"{served.address}/api/status") == "came" and sight.online == []
    sight.close()
