#!/usr/bin/env python3
"""A browser for clients that open one (BROWSER): follows redirects, logs in, agrees, and goes where it is sent back to.

usage: browser.py URL            it ends at the client's own listener, like any browser
       browser.py --print URL    prints where it was sent back to instead

It fills in the forms that it meets, as alice (LOGIN_NAME, LOGIN_PASSWORD). BROWSER_LOG is a file with a line for each run.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from http.cookiejar import CookieJar

NAME, PASSWORD = os.environ.get("LOGIN_NAME", "alice"), os.environ.get("LOGIN_PASSWORD", "alice-s3cret")
DENY = {"deny", "cancel", "no", "logout"}


class Forms(HTMLParser):
    """The forms of a page: action, method, and what would be sent."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        fields = dict(attributes)
        if tag == "form":
            self.found.append({"action": fields.get("action") or "", "method": (fields.get("method") or "get").lower(),
                               "fields": [], "buttons": []})
        if not self.found or tag not in ("input", "button"):
            return
        form, name, value = self.found[-1], fields.get("name"), fields.get("value") or ""
        kind = (fields.get("type") or ("submit" if tag == "button" else "text")).lower()
        if kind == "submit":
            if name:
                form["buttons"].append((name, value))
        elif name and (kind not in ("checkbox", "radio") or "checked" in fields):
            form["fields"].append((name, value))

    def fitting(self):
        """The first that is no logout; filled in."""
        form = next(form for form in self.found if form["method"] == "post" and "logout" not in form["action"])
        filled = []
        for name, value in form["fields"]:
            if name in ("username", "name", "login"):
                value = NAME
            elif name == "password":
                value = PASSWORD
            filled.append((name, value))
        filled += [button for button in form["buttons"] if not DENY & {part.lower() for part in button}][:1]
        return form["action"], filled


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    def __init__(self):
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect(),
                                                  urllib.request.HTTPCookieProcessor(CookieJar()))

    def send(self, url, data=None, method=None, kind=None):
        request = urllib.request.Request(url, data, method=method)
        request.add_header("Referer", url)  # which Django compares
        if kind:
            request.add_header("Content-Type", kind)
        try:
            answer = self.opener.open(request, timeout=120)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers.get("Location"), answer.read().decode(errors="replace")

    def glewlwyd(self, page):
        """Its login page is a script that makes these three calls."""
        parts = urllib.parse.urlsplit(page)
        query = dict(urllib.parse.parse_qsl(parts.query))
        api = f"{parts.scheme}://{parts.netloc}/api"

        def call(method, path, body):
            status, _, text = self.send(api + path, json.dumps(body).encode(), method, "application/json")
            assert status == 200, f"{method} {path}: {status} {text}"

        call("POST", "/auth/", {"username": NAME, "password": PASSWORD})
        call("PUT", f"/auth/grant/{query['client_id']}", {"scope": query["scope"]})
        return query["callback_url"] + ("&" if "?" in query["callback_url"] else "?") + "g_continue"

    def log_in(self, url):
        """From the authorization URL to the URL that the client is waiting for."""
        home = urllib.parse.urlsplit(url).netloc
        data = None
        for _ in range(20):
            status, location, text = self.send(url, data)
            data = None
            if location:
                url = urllib.parse.urljoin(url, location)
                if urllib.parse.urlsplit(url).netloc != home:
                    return url
                if urllib.parse.urlsplit(url).path.endswith("/login.html"):
                    url = self.glewlwyd(url)
                continue
            assert status < 400, f"{status} at {url}: {text[:2000]}"
            action, fields = Forms(text).fitting()
            url, data = urllib.parse.urljoin(url, action), urllib.parse.urlencode(fields).encode()
        raise AssertionError(f"the login does not come to an end: {url}")


def arrive(browser, end):
    """Some clients begin to listen after they have opened the browser."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return browser.send(end)
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def main():
    browser = Browser()
    end = browser.log_in(sys.argv[-1])
    if log := os.environ.get("BROWSER_LOG"):
        with open(log, "a") as file:
            print(urllib.parse.urlsplit(end).path, file=file)
    if "--print" in sys.argv:
        print(end)
    else:
        arrive(browser, end)


if __name__ == "__main__":
    main()
