# SPDX-License-Identifier: GPL-3.0-or-later
"""One QEMU: started, commanded over QMP, and talked to through the guest agent. The network is not
needed. Deadlines are for a loaded computer; nothing here waits longer than for the event itself."""

import base64
import json
import os
import select
import socket
import subprocess
import time
from pathlib import Path


class Broken(Exception):
    """The machine or the agent does not do what it is there for."""


class Line:
    """Lines of JSON over a socket."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        deadline = time.monotonic() + 60
        while True:
            try:
                self.socket.connect(str(path))
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        self.buffer = b""

    def send(self, message, prefix=b""):
        self.socket.sendall(prefix + json.dumps(message).encode() + b"\n")

    def receive(self, timeout):
        """The next message, None where a line is none, as left-overs of an earlier life."""
        deadline = time.monotonic() + timeout
        while b"\n" not in self.buffer:
            left = max(0, deadline - time.monotonic())
            if not select.select([self.socket], [], [], left)[0]:
                raise TimeoutError
            data = self.socket.recv(1 << 16)
            if not data:
                raise Broken("the other end is gone")
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        try:
            return json.loads(line.replace(b"\xff", b"") or b"null")
        except ValueError:
            return None


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def __str__(self):
        return f"exit {self.status}; {self.out.strip()[-600:]} | {self.err.strip()[-600:]}"


class Machine:
    """Started on construction; `with` ends it."""

    def __init__(self, folder, arguments):
        folder.mkdir(parents=True)
        self.folder = folder
        self.serial = folder / "serial.log"
        self.errors = folder / "qemu.log"
        command = ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none",
                   "-chardev", f"file,id=serial,path={self.serial},append=on",
                   "-serial", "chardev:serial",
                   "-qmp", f"unix:{folder}/qmp,server=on,wait=off",
                   "-chardev", f"socket,id=agent,path={folder}/agent,server=on,wait=off",
                   *arguments]
        with open(self.errors, "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log)
        self.agent = None
        self.used = 0
        self.events = []
        self.serial_number = int(time.time()) % 10**9
        try:
            self.monitor = Line(folder / "qmp")
            self.monitor.receive(60)
            self.qmp("qmp_capabilities")
            self.agent = Line(folder / "agent")
        except (OSError, TimeoutError, Broken) as error:
            self.end()
            said = self.errors.read_text()[-400:]
            raise Broken(f"QEMU does not start: {said} {error}") from error

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        self.processor_time()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def processor_time(self):
        """Seconds so far, of all threads: other load does not add to them."""
        if self.process.returncode is None:
            words = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
            self.used = (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
        return self.used

    def qmp(self, command, timeout=120, **arguments):
        message = {"execute": command}
        if arguments:
            message["arguments"] = arguments
        self.monitor.send(message)
        while True:
            answer = self.monitor.receive(timeout)
            if "event" in answer:
                self.events.append(answer)
            elif "error" in answer:
                raise Broken(f"{command}: {answer['error']}")
            else:
                return answer["return"]

    def wait_event(self, name, timeout):
        """Until QEMU tells of @name; what was told before is not counted twice."""
        deadline = time.monotonic() + timeout
        while True:
            while self.events:
                if self.events.pop(0)["event"] == name:
                    return
            try:
                answer = self.monitor.receive(max(0.1, deadline - time.monotonic()))
            except TimeoutError:
                raise Broken(f"no {name} within {timeout} s") from None
            if answer and "event" in answer:
                self.events.append(answer)

    def hmp(self, line):
        """A command of the human monitor; those that matter say nothing when they succeed."""
        said = self.qmp("human-monitor-command", timeout=300, **{"command-line": line})
        if said.strip():
            raise Broken(f"{line}: {said.strip()}")

    def wait_agent(self, timeout=600):
        """Until the guest's agent answers a question asked just now."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Broken(f"QEMU ended: {self.errors.read_text()[-400:]}")
            self.serial_number += 1
            self.agent.send({"execute": "guest-sync", "arguments": {"id": self.serial_number}},
                            prefix=b"\xff")
            if self.answered(min(deadline, time.monotonic() + 2)):
                return
        raise Broken(f"the guest's agent does not answer within {timeout} s; "
                     f"the console ends: {self.console()[-300:]}")

    def answered(self, deadline):
        try:
            while True:
                answer = self.agent.receive(max(0, deadline - time.monotonic()))
                if answer and answer.get("return") == self.serial_number:
                    return True
        except TimeoutError:
            return False

    def ask(self, command, timeout=120, **arguments):
        message = {"execute": command}
        if arguments:
            message["arguments"] = arguments
        self.agent.send(message)
        while True:
            try:
                answer = self.agent.receive(timeout)
            except TimeoutError:
                raise Broken(f"the guest's agent does not answer {command}") from None
            if answer and "error" in answer:
                raise Broken(f"{command}: {answer['error']}")
            if answer and "return" in answer:
                return answer["return"]

    def sh(self, script, timeout=600, user=None):
        """Runs @script in the guest, as root or as @user."""
        words = ["/bin/sh", "-c", script]
        if user:
            words = ["/usr/sbin/runuser", "-u", user, "--", *words]
        pid = self.ask("guest-exec", path=words[0], arg=words[1:],
                       **{"capture-output": True})["pid"]
        deadline = time.monotonic() + timeout
        pause = 0.05
        while time.monotonic() < deadline:
            state = self.ask("guest-exec-status", pid=pid)
            if state["exited"]:
                text = [base64.b64decode(state.get(part, "")).decode(errors="replace")
                        for part in ("out-data", "err-data")]
                return Result(state.get("exitcode", -state.get("signal", 0)), *text)
            time.sleep(pause)
            pause = min(1, pause * 1.5)
        raise Broken(f"not finished within {timeout} s: {script[:120]}")

    def must(self, script, timeout=600, user=None):
        """As sh(), and what it printed; anything but success is the lab's own trouble."""
        result = self.sh(script, timeout, user)
        if result.status != 0:
            raise Broken(f"{script[:160]}: {result}")
        return result.out

    def wait_booted(self, timeout=600):
        """Until systemd has started everything, which is later than the agent."""
        self.wait_agent(timeout)
        state = self.sh("systemctl is-system-running --wait", timeout)
        if state.out.strip() not in ("running", "degraded"):
            raise Broken(f"the guest does not come up: {state}")

    def console(self):
        return self.serial.read_text(errors="replace") if self.serial.exists() else ""
