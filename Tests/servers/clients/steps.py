"""What each client is asked to do, whatever its library: list, a call, the same once the token has expired, and a tool that
needs one more scope. Prints one JSON object: what each step gave, or the error it ended with.

It logs in, unless BEARER_TOKEN is the token it has to use. ACCESS_LIFETIME says after how many seconds tokens expire; unless
it is set, nobody waits for that."""

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

BROWSER = Path(__file__).resolve().parents[1] / "browser.py"
SAID = {}
LIFETIME = float(os.environ.get("ACCESS_LIFETIME", "0"))
TOKEN = os.environ.get("BEARER_TOKEN")
HEADERS = {"Authorization": f"Bearer {TOKEN}"} if TOKEN else None


def auth_method():
    """What the client registers with, where the server's clients need a secret; else nothing."""
    method = os.environ.get("AUTH_METHOD")
    return {"token_endpoint_auth_method": method} if method else {}


def log_in(authorization_url):
    """The user's part: the parameters that the browser is sent back with."""
    end = subprocess.run([sys.executable, BROWSER, "--print", authorization_url], check=True, capture_output=True, text=True)
    back = dict(parse_qsl(urlsplit(end.stdout.strip()).query))
    if "error" in back:
        raise RuntimeError(f"{back['error']}: {back.get('error_description')}")
    return back


async def walk(names, call):
    """names(): the tools that are shown; call(tool): its text. What each step said is kept for the report."""
    SAID["before"] = await names()
    SAID["first"] = json.loads(await call("claims"))
    if LIFETIME:
        await asyncio.sleep(LIFETIME + 1.5)
        SAID["later"] = json.loads(await call("claims"))
    SAID["guarded"] = await call("whoami")
    SAID["after"] = await names()


def run(main):
    """main(URL), and the report of how far it came. What a client does at a 403 is its own affair, and is compared."""
    began = time.monotonic()
    try:
        asyncio.run(main(sys.argv[1]))
    except BaseException as error:
        while getattr(error, "exceptions", None):  # the first of a group
            error = error.exceptions[0]
        SAID["step_up_error" if ("later" if LIFETIME else "first") in SAID else "error"] = repr(error)[:2000]
    SAID["seconds"] = round(time.monotonic() - began, 1)
    print(json.dumps(SAID))
