"""A headless Chromium over its DevTools pipe, for the scripts that open pages. Needs nothing beyond Python."""

import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome"]
# No traffic of the browser's own, which would count as the page's.
FLAGS = """--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update
--disable-sync --disable-extensions --disable-default-apps --disable-dev-shm-usage --remote-debugging-pipe --no-proxy-server
--hide-scrollbars --disable-features=Translate,OptimizationHints,MediaRouter""".split()


def find():
    """The name of a browser that is here, or None."""
    return next((name for name in NAMES if shutil.which(name)), None)


class Browser:
    """One browser with a profile of its own."""

    def __init__(self, name, language="en-US", flags=()):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        # The browser reads commands from its descriptor 3 and answers on 4, each message closed by a zero byte.
        read_commands, self.commands = os.pipe()
        self.answers, write_answers = os.pipe()
        both = {3: os.dup(read_commands), 4: os.dup(write_answers)}

        def place():
            for target, source in both.items():
                os.dup2(os.dup2(source, 40 + target), target)

        call = [name, *FLAGS, *flags, f"--lang={language}", f"--user-data-dir={self.profile.name}", "about:blank"]
        self.process = subprocess.Popen(call, preexec_fn=place, close_fds=False, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        for descriptor in [read_commands, write_answers, *both.values()]:
            os.close(descriptor)
        self.buffer = b""
        self.number = 0
        self.events = []

    def close(self):
        try:
            self.send("Browser.close")
            self.process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.commands)
        os.close(self.answers)
        self.profile.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, method, session=None, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        return self.number

    def receive(self, limit):
        """The next message, or None when none comes within `limit` seconds."""
        end = time.monotonic() + limit
        while b"\0" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.answers], [], [], left)[0]:
                return None
            piece = os.read(self.answers, 1 << 20)
            if not piece:
                raise RuntimeError("the browser has ended")
            self.buffer += piece
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        """Sends a command and gives its result; events that come meanwhile are kept."""
        number = self.send(method, session, **parameters)
        while True:
            message = self.receive(60)
            if message is None:
                raise RuntimeError(f"no answer to {method}")
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            if "method" in message:
                self.events.append(message)

    def page(self, width=1280, height=800):
        return Page(self, width, height)


class Page:
    """One tab. Keeps the addresses it asked for, and everything that was said on its console."""

    def __init__(self, browser, width, height):
        self.browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.target = target
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")
        self.size(width, height)

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def size(self, width, height=800, dark=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def open(self, address, wait="document.body?.dataset.ready === 'yes'", limit=60):
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=address)
        self.until(wait, limit)

    def run(self, script):
        """The value of an expression, awaited when it is a promise."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise RuntimeError(f"{script}: {details.get('exception', {}).get('description', details['text'])}")
        return answer["result"].get("value")

    def until(self, condition, limit=30):
        """Waits until an expression is true and gives its value."""
        end = time.monotonic() + limit
        while True:
            try:
                value = self.run(f"({condition})")
            except RuntimeError as error:
                # While one page gives way to the next.
                if "context" not in str(error):
                    raise
                value = None
            if value:
                return value
            if time.monotonic() > end:
                raise AssertionError(f"not within {limit} s: {condition}")
            time.sleep(0.01)

    def press(self, key):
        """Presses and lets go of a key, as from a keyboard."""
        text = key if len(key) == 1 else {"Enter": "\r"}.get(key, "")
        codes = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowDown": 40, "ArrowUp": 38}
        about = {"key": key, "windowsVirtualKeyCode": codes.get(key, ord(key.upper()) if len(key) == 1 else 0)}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **about)
        self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def box(self, selector):
        return self.run(f"(() => {{ const box = document.querySelector({json.dumps(selector)}).getClientRects()[0]; return [box.x + box.width / 2, box.y + box.height / 2]; }})()")

    def click(self, selector):
        """Clicks in the middle of an element with the mouse."""
        self.run(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'nearest'}})")
        x, y = self.box(selector)
        self.mouse("mouseMoved", x, y)
        self.mouse("mousePressed", x, y)
        self.mouse("mouseReleased", x, y)

    def mouse(self, kind, x, y):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="none" if kind == "mouseMoved" else "left", clickCount=1)

    def shot(self, path):
        import base64
        picture = self.call("Page.captureScreenshot", format="png")["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(picture))

    def seen(self, method):
        """What events of this tab said so far."""
        self.run("0")
        return [event["params"] for event in self.browser.events if event["method"] == method and event.get("sessionId") == self.session]

    def asked(self):
        """Addresses that were asked for, those inside the page (data:, blob:) left out."""
        addresses = [event["request"]["url"] for event in self.seen("Network.requestWillBeSent")]
        return [address for address in addresses if not address.startswith(("data:", "blob:", "about:"))]

    def complaints(self):
        """Errors and warnings of the console, failures of scripts, and what the browser itself had to say."""
        console = [event for event in self.seen("Runtime.consoleAPICalled") if event["type"] in ("error", "warning", "assert")]
        console = [" ".join(str(one.get("value", one.get("description"))) for one in event["args"]) for event in console]
        thrown = [event["exceptionDetails"]["text"] for event in self.seen("Runtime.exceptionThrown")]
        log = [event["entry"]["text"] for event in self.seen("Log.entryAdded")]
        return console + thrown + log
