"""A client and a browser of their own making, which walk through a login at the development issuer by plain HTTP."""

import base64
import hashlib
import html
import http.client
import json
import re
import secrets
import time
from urllib.parse import parse_qsl, urlencode, urlsplit

REDIRECT = "http://127.0.0.1:1/callback"
RESOURCE = "http://127.0.0.1:8080/mcp"
FORM = "application/x-www-form-urlencoded"


class Answer:
    def __init__(self, response):
        self.status, self.fields = response.status, response.getheaders()
        self.headers = {name.lower(): value for name, value in self.fields}
        self.text = response.read().decode()

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def query(self):
        """What the redirect carries; the values of a parameter are one text."""
        return dict(parse_qsl(urlsplit(self.headers["location"]).query))

    def hidden(self, name):
        return html.unescape(re.search(rf'name={name} value="([^"]*)"', self.text)[1])

    def says(self, element):
        """The text of the element of this ID."""
        return html.unescape(re.search(rf"id={element}>([^<]*)", self.text)[1])


def send(origin, method, path, body=b"", headers=()):
    parts = urlsplit(origin)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=120)
    fields = dict(headers)
    connection.putrequest(method, path, skip_host="Host" in fields)
    for name, value in [*headers, ("Content-Length", str(len(body)))]:
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = Answer(connection.getresponse())
    connection.close()
    return answer


class Browser:
    """Keeps the cookie, fills in the forms."""

    def __init__(self, origin):
        self.origin, self.cookie = origin, None

    def send(self, method, path, body=b"", headers=()):
        cookie = [("Cookie", self.cookie)] if self.cookie else []
        answer = send(self.origin, method, path, body, [*cookie, *headers])
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].split(";")[0]
        return answer

    def post(self, path, fields):
        return self.send("POST", path, urlencode(fields, doseq=True).encode(), [("Content-Type", FORM)])

    def log_in(self, page, name="alice"):
        """From the login page to the consent page."""
        answer = self.post("/login", {"request": page.hidden("request"), "name": name})
        assert answer.status == 303, answer.text
        return self.send("GET", answer.headers["location"])

    def decide(self, page, decision="allow", scopes=None):
        ticked = re.findall(r'name=scope checked value="([^"]*)"', page.text) if scopes is None else scopes
        return self.post("/consent", {"request": page.hidden("request"), "scope": ticked, "decision": decision})


class Client:
    """A client of the development issuer, registered unless an ID is given."""

    def __init__(self, origin, client_id=None, secret=None, **metadata):
        self.origin, self.secret = origin, secret
        self.verifier = secrets.token_urlsafe(48)
        self.client_id = client_id or self.register(**metadata)

    def register(self, **metadata):
        said = {"client_name": "a test", "redirect_uris": [REDIRECT], "token_endpoint_auth_method": "none",
                "grant_types": ["authorization_code", "refresh_token"]} | metadata
        answer = send(self.origin, "POST", "/register", json.dumps(said).encode(), [("Content-Type", "application/json")])
        assert answer.status == 201, answer.text
        self.secret = answer.json.get("client_secret")
        return answer.json["client_id"]

    @property
    def challenge(self):
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def query(self, **changes):
        """A good authorization request; None removes a parameter."""
        query = {"response_type": "code", "client_id": self.client_id, "redirect_uri": REDIRECT, "state": "xyz",
                 "code_challenge": self.challenge, "code_challenge_method": "S256", "scope": "mcp:use mcp:more",
                 "resource": RESOURCE} | changes
        return urlencode([(name, value) for name, values in query.items() if values is not None
                          for value in (values if isinstance(values, list) else [values])])

    def authorize(self, browser=None, **changes):
        """The login page, or what comes in its place."""
        return (browser or Browser(self.origin)).send("GET", "/authorize?" + self.query(**changes))

    def code(self, name="alice", scopes=None, **changes):
        browser = Browser(self.origin)
        page = browser.log_in(self.authorize(browser, **changes), name)
        answer = browser.decide(page, scopes=scopes)
        assert answer.status == 303, answer.text
        return answer.query["code"]

    def post(self, path, fields, headers=()):
        fields = {name: value for name, value in fields.items() if value is not None}
        return send(self.origin, "POST", path, urlencode(fields, doseq=True).encode(),
                    [("Content-Type", FORM), *headers])

    def exchange(self, code, headers=(), **changes):
        return self.post("/token", {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT,
                                    "client_id": self.client_id, "code_verifier": self.verifier,
                                    "client_secret": self.secret} | changes, headers)

    def refresh(self, token, headers=(), **changes):
        return self.post("/token", {"grant_type": "refresh_token", "refresh_token": token, "client_id": self.client_id,
                                    "client_secret": self.secret} | changes, headers)

    def tokens(self, **how):
        answer = self.exchange(self.code(**how))
        assert answer.status == 200, answer.text
        return answer.json


def basic(client_id, secret):
    return ("Authorization", "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode())


def until(condition, what, seconds=60):
    """Waits for an event; how long it takes is not judged."""
    end = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < end, f"{what} did not happen within {seconds} s"
        time.sleep(0.05)
    return result
