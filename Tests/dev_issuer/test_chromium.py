"""The login page in a real browser: headless Chromium."""

import os

import pytest

from chromium import Chromium
from walk import Client


@pytest.fixture(scope="module")
def browser():
    if not Chromium.path():
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is missing: `make setup-servers` installs it")
        pytest.skip("chromium is missing: `make setup-servers` installs it")
    with Chromium() as running:
        yield running


def test_a_user_logs_in_and_agrees(browser, issuer):
    """Back at the client, whose page is this issuer's key set: any page that answers will do."""
    redirect = issuer.url.replace("127.0.0.1", "localhost") + "/jwks"
    client = Client(issuer.url, redirect_uris=[redirect], client_name="a <b>browser</b> test")
    browser.go(f"{issuer.url}/authorize?{client.query(redirect_uri=redirect)}")
    browser.wait("document.querySelector('#name')")
    assert "FOR DEVELOPMENT ONLY" in browser.run("document.querySelector('.warning').innerText")
    assert browser.run("document.querySelector('#client').innerText").startswith("a <b>browser</b> test")
    browser.click("button")
    assert browser.run("location.pathname") == "/authorize", "a name is needed"
    browser.type("#name", "Zoë")
    browser.click("button")
    browser.wait("document.querySelector('#user')")
    assert browser.run("document.querySelector('#user').innerText") == "Zoë"
    browser.click("input[value='mcp:more']")
    browser.click("button[value=allow]")
    browser.wait("location.hostname == 'localhost' && location.search.includes('code=')")
    code = browser.run("new URLSearchParams(location.search).get('code')")
    tokens = client.exchange(code, redirect_uri=redirect).json
    claims = issuer.claims(tokens["access_token"])
    assert claims["sub"] == "Zoë" and claims["scope"] == "mcp:use", "what was not ticked is not granted"


def test_a_wrong_request_shows_a_page_and_goes_nowhere(browser, issuer, client):
    browser.go(f"{issuer.url}/authorize?{client.query(redirect_uri='http://127.0.0.1:1/other')}")
    browser.wait("document.querySelector('#error')")
    assert "redirect URI" in browser.run("document.querySelector('#error').innerText")
    assert browser.run("location.origin") == issuer.url


def test_the_page_cannot_be_framed(browser, issuer, client):
    """Another page that shows the consent in a frame could move its button under the user's mouse."""
    browser.go(issuer.url + "/jwks")
    browser.wait("document.body")
    browser.run("new Promise(done => { const frame = document.createElement('iframe'); frame.onload = done;"
                f"frame.src = '/authorize?{client.query()}'; document.body.append(frame); }})")
    assert browser.run("(() => { try { return document.querySelector('iframe').contentDocument === null }"
                       " catch { return true } })()")
