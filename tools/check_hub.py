"""Prove that a class can work on one server: `python course.py check_hub` (with npm on the machine).

1. The wheel and JupyterHub are installed once, into an environment that is made read-only; the model is shared.
2. A JupyterHub with the configuration of `class_server/` starts on loopback, with test accounts and homes of their own.
3. Five people log in at once and follow the link to lesson 00. Each finds working copies without hidden outputs, runs
   lessons 00 and 09 cell by cell, writes a line into 00, locks a guess, saves; nobody can open another's files.
4. Their servers are stopped; they come back by the link to lesson 09, and line and guess are there.
5. Nothing that was installed has changed, nor the model. The memory of each seat's server is said.

A class that fails is let in once more, into fresh homes: a fault that always comes fails twice; both reasons are said.
With a folder that holds a wheel named behind it, that wheel is installed; else one is built.

Needs package indexes (Python and npm). Everything happens in temporary folders.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import requests
import websocket
from check_wheel import ROOT, build, environment, install, only_read, pin

import course
from embeddings_course.commands.server import free_port, wait_for

PROXY, HUB = "configurable-http-proxy@4", "jupyterhub>=5,<7"
SEATS = 5
LESSONS = ("00_start_here.ipynb", "09_bert_in_context.ipynb")
LINE = "I was here."
GUESS = """
from embeddings_course.exercises.engine.progress_store import store
store().save("00", "title", "prediction", "tried", 2)
"""
GUESSED = """
from embeddings_course.exercises.engine.progress_store import store
assert store().entry("00", "title").tries == 1, store().entry("00", "title")
"""
SETTINGS = """
import os
load_subconfig({config!r})
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port, c.ConfigurableHTTPProxy.api_url = {hub_port}, "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.JupyterHub.authenticator_class, c.DummyAuthenticator.password = "dummy", {password!r}
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r} + "/{{username}}"
c.Spawner.args = ["--allow-root"] * (os.geteuid() == 0)
"""


class Seat:
    """Somebody in a browser: logs in, follows links, runs and saves notebooks.

    Args:
        hub: the address of the server.
        name: of the account.
        password: of the account.
    """

    def __init__(self, hub: str, name: str, password: str) -> None:
        self.hub, self.name, self.mine = hub, name, f"{hub}/user/{name}"
        self.browser, self.api = requests.Session(), requests.Session()
        self.browser.get(f"{hub}/hub/login", timeout=60).raise_for_status()
        form = {"username": name, "password": password, "_xsrf": self.xsrf()}
        self.browser.post(f"{hub}/hub/login", data=form, timeout=60).raise_for_status()
        made = self.browser.post(
            f"{hub}/hub/api/users/{name}/tokens", headers={"X-XSRFToken": self.xsrf()}, json={}, timeout=60
        )
        made.raise_for_status()
        self.api.headers["Authorization"] = f"token {made.json()['token']}"

    def xsrf(self) -> str:
        """Return the token that forms of the hub carry."""
        return next(cookie.value or "" for cookie in self.browser.cookies if cookie.name == "_xsrf")

    def follow(self, lesson: str, seconds: float = 180) -> float:
        """Follow the link to a lesson until it is there; return how long that took."""
        link, began = f"{self.hub}/hub/user-redirect/lab/tree/my_course/{lesson}", time.monotonic()
        while time.monotonic() - began < seconds:
            answer = self.browser.get(link, timeout=120)
            if answer.ok and answer.url.startswith(f"{self.mine}/lab/tree/my_course/"):
                return time.monotonic() - began
            time.sleep(1)
        raise SystemExit(f"{self.name}: {link} led to {answer.url} ({answer.status_code})")

    def ask(self, how: str, path: str, **sent: object) -> dict:
        """Ask the seat's own server."""
        answer = self.api.request(how, f"{self.mine}/api/{path}", timeout=120, **sent)  # type: ignore[arg-type]
        if not answer.ok:
            raise SystemExit(f"{self.name}: {how} {path} gave {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content else {}

    def lesson(self, name: str) -> dict:
        """Return a lesson as it lies in the learner's folder."""
        return self.ask("GET", f"contents/my_course/{name}")["content"]

    @contextmanager
    def kernel(self, name: str) -> Iterator[RemoteKernel]:
        """Give a kernel for a lesson, as JupyterLab starts it."""
        wanted = {"path": f"my_course/{name}", "name": name, "type": "notebook", "kernel": {"name": "python3"}}
        session = self.ask("POST", "sessions", json=wanted)
        address = f"{self.mine}/api/kernels/{session['kernel']['id']}/channels".replace("http", "ws", 1)
        line = websocket.create_connection(address, header=[f"Authorization: {self.api.headers['Authorization']}"])
        line.settimeout(180)
        try:
            yield RemoteKernel(line)
        finally:
            line.close()
            self.ask("DELETE", f"sessions/{session['id']}")

    def run(self, name: str) -> int:
        """Run a lesson cell by cell; return how many cells that were.

        Raises:
            SystemExit: where a cell fails that should not.
        """
        cells = [cell for cell in self.lesson(name)["cells"] if cell["cell_type"] == "code"]
        with self.kernel(name) as kernel:
            for cell in cells:
                trouble = kernel.run(cell["source"])
                if trouble and "raises-exception" not in cell["metadata"].get("tags", ()):
                    raise SystemExit(f"{self.name}, {name}: {trouble} in {cell['source']}")
        return len(cells)


class RemoteKernel:
    """A running kernel at the other end of a line."""

    def __init__(self, line: websocket.WebSocket) -> None:
        self.line = line

    def run(self, code: str) -> str:
        """Run code; return what went wrong, or nothing."""
        number = secrets.token_hex(8)
        head = {"msg_id": number, "msg_type": "execute_request", "session": number, "username": "", "version": "5.3"}
        asked = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": False}
        message = {"header": head, "parent_header": {}, "metadata": {}, "content": asked, "channel": "shell"}
        self.line.send(json.dumps(message))
        while True:
            said = self.line.recv()
            answer = json.loads(said) if isinstance(said, str) and said else {}
            if answer.get("msg_type") == "execute_reply" and answer["parent_header"].get("msg_id") == number:
                content = answer["content"]
                return "" if content["status"] == "ok" else f"{content.get('ename')}: {content.get('evalue')}"


def first_evening(seat: Seat) -> str:
    """Come, find the copies, run, write, lock a guess, save."""
    waited = seat.follow(LESSONS[0])
    for name in LESSONS:
        shown = [c for c in seat.lesson(name)["cells"] if "reveal" in c["metadata"].get("tags", ()) and c["outputs"]]
        assert not shown, f"{name} gives answers away"
    ran = [seat.run(name) for name in LESSONS]
    with seat.kernel(LESSONS[0]) as kernel:
        assert not (trouble := kernel.run(GUESS)), trouble
    notebook = seat.lesson(LESSONS[0])
    notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": f"{LINE} {seat.name}", "id": "mine"})
    seat.ask(
        "PUT", f"contents/my_course/{LESSONS[0]}", json={"type": "notebook", "format": "json", "content": notebook}
    )
    return f"{seat.name}: lesson 00 after {waited:.0f} s, {ran[0]} and {ran[1]} cells run"


def next_evening(seat: Seat) -> None:
    """Come back: what was written and locked is there."""
    seat.follow(LESSONS[1])
    assert seat.lesson(LESSONS[0])["cells"][-1]["source"] == f"{LINE} {seat.name}"
    with seat.kernel(LESSONS[1]) as kernel:
        assert not (trouble := kernel.run(GUESSED)), trouble


def stop(seat: Seat) -> None:
    """Stop a seat's server, as an idle culler does."""
    own = f"{seat.hub}/hub/api/users/{seat.name}/server"
    seat.api.delete(own, timeout=120).raise_for_status()
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if not seat.api.get(f"{seat.hub}/hub/api/user", timeout=60).json().get("server"):
            return
        time.sleep(0.5)
    raise SystemExit(f"{seat.name}'s server does not stop")


def strangers_are_kept_out(one: Seat, other: Seat) -> None:
    """See that nobody opens another's files."""
    for who in (one.browser, one.api):
        answer = who.get(f"{other.mine}/api/contents/my_course/{LESSONS[0]}", timeout=60)
        assert answer.status_code in (403, 404), answer.status_code


def npm_proxy(folder: Path) -> Path:
    """Install JupyterHub's proxy; return its command."""
    folder.mkdir()
    with course.step("Installing the proxy"), (folder / "npm.log").open("w") as log:
        words = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), PROXY]
        if subprocess.run(words, stdout=log, stderr=log, check=False).returncode:
            raise SystemExit((folder / "npm.log").read_text()[-2000:])
    return folder / "node_modules" / ".bin" / "configurable-http-proxy"


@contextmanager
def hub(python: Path, proxy: Path, room: Path, env: dict[str, str], password: str) -> Iterator[str]:
    """Run a JupyterHub with the configuration of class_server/; give its address."""
    port, hub_port, proxy_port = free_port(), free_port(), free_port()
    for i in range(SEATS):
        (room / "homes" / f"seat{i}").mkdir(parents=True)
    settings = SETTINGS.format(
        **{"port": port, "hub_port": hub_port, "proxy_port": proxy_port, "proxy": str(proxy), "password": password},
        config=str(ROOT / "class_server" / "jupyterhub_config.py"),
        homes=str(room / "homes"),
    )
    (room / "config.py").write_text(settings, encoding="utf-8")
    words = [str(python), "-m", "jupyterhub", "-f", "config.py"]
    env = {**env, "EMBEDDINGS_COURSE_ENV": str(python.parent.parent), "CONFIGPROXY_AUTH_TOKEN": secrets.token_hex(16)}
    log = room / "hub.log"
    with log.open("wb") as out:
        server = subprocess.Popen(words, cwd=room, env=env, stdout=out, stderr=out)
        try:
            wait_for(f"http://127.0.0.1:{port}/hub/health", server, log)
            yield f"http://127.0.0.1:{port}"
        except BaseException:
            print(log.read_text(encoding="utf-8", errors="replace")[-6000:], file=sys.stderr)
            raise
        finally:
            server.terminate()
            server.wait(60)


def private_memory(python: Path) -> list[int]:
    """Return the private memory of each seat's server (not its kernels), in MB; nothing where there is no /proc."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if str(python).encode() in (said := (place / "cmdline").read_bytes()) and b"jupyterhub.singleuser" in said:
                lines = (place / "smaps_rollup").read_text().splitlines()
                found.append(sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) // 1024)
        except OSError:  # it has ended, or is not ours to look at
            continue
    return sorted(found)


def use(address: str, password: str, python: Path) -> None:
    """Let a class work, go home and come back."""
    with ThreadPoolExecutor(SEATS) as class_:
        seats = list(class_.map(lambda i: Seat(address, f"seat{i}", password), range(SEATS)))
        for line in class_.map(first_evening, seats):
            course.say(f"OK    {line}")
        strangers_are_kept_out(seats[0], seats[1])
        course.say(
            f"OK    nobody opens another's files; private memory of the seats' servers: {private_memory(python)} MB"
        )
        list(class_.map(stop, seats))
        list(class_.map(next_evening, seats))
        course.say(f"OK    {SEATS} came back and found what they wrote and locked")
        list(class_.map(stop, seats))


def twice(python: Path, proxy: Path, room: Path) -> None:
    """Let a class in; where that fails, once more.

    Raises:
        SystemExit: where it fails both times.
    """
    reasons: list[str] = []
    for time_ in ("first", "second"):
        (room / time_).mkdir()
        env, password = environment(room / time_) | {"PYTHONDONTWRITEBYTECODE": "1"}, secrets.token_hex(8)
        try:
            with hub(python, proxy, room / time_, env, password) as address:
                use(address, password, python)
            return
        except (SystemExit, Exception) as trouble:
            reasons.append(f"{time_} try: {type(trouble).__name__}: {trouble}")
            course.say(reasons[-1])
    raise SystemExit("\n".join(reasons))


def main(words: list[str]) -> int:
    """Run everything; return 0 where it is well."""
    with tempfile.TemporaryDirectory(prefix="embeddings-course-", ignore_cleanup_errors=True) as name:
        room = Path(name).resolve()
        try:
            proxy = npm_proxy(room / "proxy")
            wheel = next((w for word in words for w in Path(word).glob("*.whl")), None) or build(room)[0]
            python = install(wheel, room / "env", pin.plain_pins("requirements.txt"))
            course.install(python, [HUB], room / "env" / "install.log", "Installing JupyterHub")
        except course.Stop as trouble:
            raise SystemExit(str(trouble)) from trouble
        (room / "asked").mkdir()
        from_here = Path(environment(room / "asked")["EMBEDDINGS_COURSE_MODELS"])
        # the class gets a copy: into the original everyone on this machine writes what he has verified
        shutil.copytree(from_here / "minilm", room / "models" / "minilm")
        os.environ["EMBEDDINGS_COURSE_MODELS"] = str(room / "models")
        with only_read(room / "env", room / "models"):
            twice(python, proxy, room)
    return 0


if __name__ == "__main__":
    os.environ.pop("JUPYTERHUB_API_TOKEN", None)
    sys.exit(main(sys.argv[1:]))
