"""A mail server on loopback: as much of SMTP (RFC 5321) as a client needs to leave a message."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass(frozen=True)
class Mail:
    to: tuple[str, ...]
    message: EmailMessage


@dataclass
class MailServer:
    """Keeps what came; answers the end of each message with the next of `answers`."""

    port: int = 0
    answers: list[str] = field(default_factory=lambda: ["250 kept"])
    came: list[Mail] = field(default_factory=list)

    def next_answer(self) -> str:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def taking_mail() -> Iterator[MailServer]:
    ours = MailServer()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        def handle(self) -> None:
            to: list[str] = []
            self.say("220 here")
            for line in self.rfile:
                word = line.split()[0].upper() if line.split() else b""
                if word == b"RCPT":
                    to.append(line.decode().partition("<")[2].partition(">")[0])
                if word == b"DATA":
                    self.say("354 go on")
                    said = self.message()
                    answer = ours.next_answer()
                    if answer.startswith("2"):
                        ours.came.append(Mail(tuple(to), said))
                    self.say(answer)
                else:
                    self.say("221 bye" if word == b"QUIT" else "250 ok")
                if word == b"QUIT":
                    return

        def message(self) -> EmailMessage:
            lines: list[bytes] = []
            for line in self.rfile:
                if line == b".\r\n":
                    break
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            found = message_from_bytes(b"".join(lines), policy=policy.default)
            assert isinstance(found, EmailMessage)
            return found

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        ours.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield ours
        server.shutdown()
