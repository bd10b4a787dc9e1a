"""The C interface through ctypes, over an installed libmcpauth.so: MCPAUTH_LIBRARY, or the one in build/stage.

Constants and prototypes are read out of include/mcpauth.h, so that there is no second copy of them to go stale. Every
call checks what the header promises of outputs (attack A35): they are poisoned before the call, and afterwards either
the result is OK with an object and no error, or it is a failure with an error of the same number and NULL elsewhere.
"""
import ctypes
import enum
import os
import pathlib
import re
from dataclasses import dataclass, field

import leaks

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = re.sub(r"/\*.*?\*/", "", (ROOT / "include/mcpauth.h").read_text(), flags=re.S)
LIBRARY = pathlib.Path(os.environ.get("MCPAUTH_LIBRARY", ROOT / "build/stage/lib/libmcpauth.so"))

R = enum.IntEnum("R", {name.removeprefix("ERR_"): int(number) for name, number in
                       re.findall(r"^ *MCPAUTH_(OK|WOULD_BLOCK|ERR_\w+) = (\d+)", HEADER, flags=re.M)})

POISON = 0x5A5A5A5A


class Str(ctypes.Structure):
    """mcpauth_str"""
    _fields_ = [("data", ctypes.c_void_p), ("len", ctypes.c_size_t)]

    @classmethod
    def of(cls, text):
        """Borrows: the caller keeps the bytes alive."""
        return cls(ctypes.cast(ctypes.c_char_p(text), ctypes.c_void_p), len(text))

    def bytes(self):
        assert self.data, "mcpauth_str.data is never NULL"
        assert ctypes.string_at(self.data + self.len, 1) == b"\0", "text is followed by NUL"
        return ctypes.string_at(self.data, self.len)


class Header(ctypes.Structure):
    """mcpauth_header"""
    _fields_ = [("name", Str), ("value", Str)]


class Request(ctypes.Structure):
    """mcpauth_request"""
    _fields_ = [("size", ctypes.c_size_t),
                ("authorization", ctypes.POINTER(Str)), ("authorization_count", ctypes.c_size_t),
                ("dpop", ctypes.POINTER(Str)), ("dpop_count", ctypes.c_size_t),
                ("method", Str), ("url", Str), ("mcp_method", Str), ("mcp_name", Str),
                ("client_certificate_der", Str), ("body", Str),
                ("headers", ctypes.POINTER(Header)), ("header_count", ctypes.c_size_t), ("path", Str)]


SCALARS = {"void": None, "bool": ctypes.c_bool, "int": ctypes.c_int, "int64_t": ctypes.c_int64,
           "uint32_t": ctypes.c_uint32, "uint64_t": ctypes.c_uint64, "size_t": ctypes.c_size_t, "mcpauth_str": Str}
SCALARS |= {name: SCALARS[base] for base, name in re.findall(r"^typedef (uint32_t) (\w+);", HEADER, flags=re.M)}


def ctype(text):
    """Pointers of any kind are addresses: bytes, integers, byref() and callbacks all pass as one."""
    words = text.replace("const ", "").split()
    if "*" in text or words[0].endswith("_fn"):
        return ctypes.c_void_p
    return SCALARS[words[0]]


def load():
    if not LIBRARY.exists():
        raise SystemExit(f"{LIBRARY} is not there: run `make test-attacks`, or name the library in MCPAUTH_LIBRARY")
    library = ctypes.CDLL(str(LIBRARY))
    prototype = r"^MCPAUTH_API (?:MCPAUTH_MUST_CHECK )?((?:const )?\w+ [* ]*)(mcpauth_\w+)\(([^()]*)\);"
    for result, name, parameters in re.findall(prototype, HEADER, flags=re.M):
        function = getattr(library, name)
        is_text = result.startswith("const char *")
        function.restype = ctypes.c_char_p if is_text else ctype(result)
        parameters = parameters.strip()
        function.argtypes = [] if parameters == "void" else [ctype(p.strip()) for p in parameters.split(",")]
    return library


class FetchRequest(ctypes.Structure):
    """mcpauth_fetch_request"""
    _fields_ = [("size", ctypes.c_size_t), ("url", Str), ("accept", Str), ("if_none_match", Str),
                ("timeout_ms", ctypes.c_uint32), ("max_body_bytes", ctypes.c_size_t)]


LIB = load()
FETCH_FN = ctypes.CFUNCTYPE(ctypes.c_uint32, ctypes.c_void_p, ctypes.POINTER(FetchRequest), ctypes.c_void_p)
TRANSFORM_FN = ctypes.CFUNCTYPE(ctypes.c_uint32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)
CLOCK_FN = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p)
LOG_FN = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_size_t)
# Never freed: a fetch may end, and write that to the log, after its verifier was freed.
SEARCH_LINE = LOG_FN(lambda _, level, line, count: leaks.search(ctypes.string_at(line, count), "log") and None)
VERIFY_FN = ctypes.CFUNCTYPE(ctypes.c_uint32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)


@dataclass
class Outcome:
    """What mcpauth_verify or mcpauth_authorize said. `info` is None unless the result is OK."""
    result: R
    info: dict = None
    message: str = ""
    status: int = 200
    headers: dict = field(default_factory=dict)
    body: bytes = b""


class SetterFailed(Exception):
    """A setter or mcpauth_verifier_new failed; `result` says how."""

    def __init__(self, result, message):
        super().__init__(f"{result.name}: {message}")
        self.result, self.message = result, message


def error_message(error):
    message = leaks.search(LIB.mcpauth_error_message(error).bytes(), "message")
    assert message and all(0x20 <= byte < 0x7F for byte in message), f"not one line of ASCII: {message!r}"
    return message.decode("ascii")


def checked(result):
    return R(result)  # a number that the header does not have raises


class Config:
    """An mcpauth_config. Setters take bytes; `call` gives their result, the named methods raise SetterFailed."""

    def __init__(self, resource):
        out = ctypes.c_void_p(POISON)
        result = checked(LIB.mcpauth_config_new(resource, ctypes.byref(out)))
        assert out.value and out.value != POISON, "a bad resource still gives a configuration"
        self.handle, self.kept = out, []
        self.require(result)

    def __del__(self):
        if hasattr(self, "handle"):
            LIB.mcpauth_config_free(self.handle)

    def require(self, result):
        if result != R.OK:
            raise SetterFailed(result, error_message(LIB.mcpauth_config_error(self.handle)))

    def call(self, setter, *arguments):
        return checked(getattr(LIB, "mcpauth_config_" + setter)(self.handle, *arguments))

    def set(self, setter, *arguments):
        self.require(self.call(setter, *arguments))
        return self

    def issuer(self, issuer):
        out = ctypes.c_void_p(POISON)
        result = self.call("add_issuer", issuer, ctypes.byref(out))
        assert (out.value is None) == (result != R.OK), "A35: the issuer is NULL exactly when adding it failed"
        self.require(result)
        return Issuer(self, out)

    def clock(self, now):
        """`now()` gives seconds; it has to outlive the verifier."""
        function = CLOCK_FN(lambda _: now())
        self.kept.append(function)
        return self.set("set_clock", function, None, None)

    def log(self):
        """At MCPAUTH_LOG_DEBUG; each line is searched."""
        return self.set("set_log", 4, SEARCH_LINE, None, None)

    def custom(self, verify):
        """`verify(token, builder)` returns a number."""
        function = VERIFY_FN(lambda _, data, count, builder: verify(ctypes.string_at(data, count), builder))
        self.kept.append(function)
        return self.set("set_custom_verifier", function, None, None)

    def fetch(self, fetch):
        """`fetch(request, answer)` returns a number: the request's texts by name, and a FetchAnswer."""
        names = ("url", "accept", "if_none_match")
        function = FETCH_FN(lambda _, request, answer: fetch(
            {name: getattr(request.contents, name).bytes() for name in names}, FetchAnswer(answer)))
        self.kept.append(function)
        return self.set("set_fetch", function, None, None)

    def verifier(self):
        out, err = ctypes.c_void_p(POISON), ctypes.c_void_p(POISON)
        result = checked(LIB.mcpauth_verifier_new(self.handle, ctypes.byref(out), ctypes.byref(err)))
        assert (out.value is None) == (result != R.OK) == (err.value is not None), "A35: outputs of verifier_new"
        if result != R.OK:
            message = error_message(err)
            LIB.mcpauth_error_free(err)
            raise SetterFailed(result, message)
        return Verifier(out, self.kept)


class FetchAnswer:
    """An mcpauth_fetch_response, during the callback."""

    def __init__(self, handle):
        self.handle = handle

    def status(self, status):
        assert LIB.mcpauth_fetch_response_set_status(self.handle, status) == R.OK

    def body(self, data):
        assert LIB.mcpauth_fetch_response_append_body(self.handle, data, len(data)) == R.OK


class Issuer:
    """An mcpauth_issuer, borrowed from its configuration."""

    def __init__(self, config, handle):
        self.config, self.handle = config, handle

    def call(self, setter, *arguments):
        return checked(getattr(LIB, "mcpauth_issuer_" + setter)(self.handle, *arguments))

    def set(self, setter, *arguments):
        self.config.require(self.call(setter, *arguments))
        return self

    def jwks(self, json):
        return self.set("set_jwks_json", json, len(json))

    def transform(self, transform):
        """`transform(json)` gives the JSON that takes its place."""
        def run(_, json, count, out):
            text = transform(ctypes.string_at(json, count))
            return LIB.mcpauth_buffer_append(out, text, len(text))
        function = TRANSFORM_FN(run)
        self.config.kept.append(function)
        return self.set("set_metadata_transform", function, None, None)

    def check(self):
        """What is wrong with this issuer: [(code, message, whether it is an error)]."""
        report, err = ctypes.c_void_p(POISON), ctypes.c_void_p(POISON)
        result = checked(LIB.mcpauth_issuer_check(self.handle, ctypes.byref(report), ctypes.byref(err)))
        if result != R.OK:
            message = error_message(err)
            LIB.mcpauth_error_free(err)
            raise SetterFailed(result, message)
        found = [(LIB.mcpauth_report_finding_code(report, index).bytes().decode(),
                  leaks.search(LIB.mcpauth_report_finding_message(report, index).bytes(), "finding").decode(),
                  LIB.mcpauth_report_finding_is_error(report, index))
                 for index in range(LIB.mcpauth_report_finding_count(report))]
        LIB.mcpauth_report_free(report)
        return found

    def pem(self, pem, kid=None):
        return self.set("add_public_key_pem", pem, len(pem), kid)

    def secret(self, secret, algorithm, kid=None):
        leaks.secret(secret)
        return self.set("add_shared_secret", secret, len(secret), algorithm, kid)


class Verifier:
    """An mcpauth_verifier."""

    def __init__(self, handle, kept):
        self.handle, self.kept = handle, kept

    def __del__(self):
        LIB.mcpauth_verifier_free(self.handle)

    def verify(self, token, count=None):
        """`token` is bytes, or an address with `count`."""
        out, err = ctypes.c_void_p(POISON), ctypes.c_void_p(POISON)
        count = len(token) if count is None else count
        leaks.token(token)
        result = checked(LIB.mcpauth_verify(self.handle, token, count, ctypes.byref(out), ctypes.byref(err)))
        if result == R.OK:
            assert err.value is None, "A35: no error beside a success"
            return Outcome(result, take_info(out))
        assert out.value is None, "A35: no auth info beside a failure"
        assert err.value not in (None, POISON), "A35: an error beside every failure"
        assert LIB.mcpauth_error_result(err) == result, "A35: the error is of the same result"
        outcome = Outcome(result, message=error_message(err), status=LIB.mcpauth_error_http_status(err))
        LIB.mcpauth_error_free(err)
        return outcome

    def authorize(self, *fields, **members):
        """A request with these Authorization field values, or `Str`s, and these further members (method, mcp_method,
        mcp_name, url, body)."""
        for field_value in fields:
            leaks.token(field_value)
        texts = [text if isinstance(text, Str) else Str.of(text) for text in fields]
        request = Request(size=ctypes.sizeof(Request), authorization_count=len(texts),
                          **{name: Str.of(text) for name, text in members.items()})
        if texts:
            request.authorization = (Str * len(texts))(*texts)
        return self.authorize_request(request)

    def request(self, token, **members):
        """A request with this bearer token."""
        return self.authorize(b"Bearer " + token, **members)

    def authorize_request(self, request):
        info, denial = ctypes.c_void_p(POISON), ctypes.c_void_p(POISON)
        result = checked(LIB.mcpauth_authorize(self.handle, ctypes.byref(request), ctypes.byref(info),
                                               ctypes.byref(denial)))
        if result == R.OK:
            assert denial.value is None, "A35: no denial beside a success"
            return Outcome(result, take_info(info))
        assert info.value is None, "A35: no auth info beside a failure"
        assert denial.value not in (None, POISON), "A35: a denial beside every failure"
        return take_denial(result, denial)


    def caller(self, token):
        """Who this good token's bearer is."""
        out = ctypes.c_void_p(POISON)
        result = checked(LIB.mcpauth_verify(self.handle, token, len(token), ctypes.byref(out), None))
        assert result == R.OK, self.verify(token).message
        return Caller(self, out)

    def anonymous(self, body):
        """The caller of a public request without a token."""
        request = Request(size=ctypes.sizeof(Request), method=Str.of(b"POST"), body=Str.of(body))
        out = ctypes.c_void_p(POISON)
        result = checked(LIB.mcpauth_authorize(self.handle, ctypes.byref(request), ctypes.byref(out), None))
        assert result == R.OK and LIB.mcpauth_authinfo_is_anonymous(out)
        return Caller(self, out)

    def well_known(self, method, path):
        """What is served at this path: (status, headers, body), or None."""
        out = ctypes.c_void_p(POISON)
        result = checked(LIB.mcpauth_well_known(self.handle, method, len(method), path, len(path), ctypes.byref(out)))
        assert result == R.OK and out.value != POISON
        return read_response(out) if out.value else None


class Caller:
    """An mcpauth_authinfo, with the verifier that gave it."""

    def __init__(self, verifier, handle):
        self.verifier, self.handle = verifier, handle

    def __del__(self):
        LIB.mcpauth_authinfo_free(self.handle)

    def text(self, name):
        return getattr(LIB, "mcpauth_authinfo_" + name)(self.handle).bytes()

    def has_scope(self, scope):
        return LIB.mcpauth_authinfo_has_scope(self.handle, scope)

    def claim(self, path):
        """The JSON text of a claim; None where there is none."""
        size = LIB.mcpauth_authinfo_claim_json(self.handle, path, None, 0)
        buffer = ctypes.create_string_buffer(size + 1)
        assert LIB.mcpauth_authinfo_claim_json(self.handle, path, buffer, size + 1) == size
        return buffer.value if size else None

    def may(self, what, name, verifier=None):
        """`what` is call_tool, get_prompt or read_resource; by this verifier or another."""
        return getattr(LIB, "mcpauth_may_" + what)((verifier or self.verifier).handle, self.handle, name, len(name))

    def require(self, scopes):
        return self.judged(LIB.mcpauth_require_scopes, scopes)

    def check(self, verifier=None):
        """Judges again, by this verifier or another."""
        return self.judged(LIB.mcpauth_authinfo_check, verifier=verifier)

    def judged(self, call, *arguments, verifier=None):
        denial = ctypes.c_void_p(POISON)
        result = checked(call((verifier or self.verifier).handle, self.handle, *arguments, ctypes.byref(denial)))
        if result == R.OK:
            assert denial.value is None, "A35: no denial beside a success"
            return Outcome(result)
        assert denial.value not in (None, POISON), "A35: a denial beside every failure"
        return take_denial(result, denial)


def take_info(info):
    """Reads an mcpauth_authinfo and frees it."""
    assert info.value not in (None, POISON), "A35: auth info beside every success"
    texts = ("token", "issuer", "subject", "client_id", "claims_json")
    read = {name: getattr(LIB, "mcpauth_authinfo_" + name)(info).bytes() for name in texts}
    read["expires_at"] = LIB.mcpauth_authinfo_expires_at(info)
    for one, many in (("scope", "scopes"), ("audience", "audiences")):
        count = getattr(LIB, f"mcpauth_authinfo_{one}_count")(info)
        read[many] = [getattr(LIB, f"mcpauth_authinfo_{one}_at")(info, index).bytes() for index in range(count)]
    LIB.mcpauth_authinfo_free(info)
    return read


# Refusals that no other token would change.
UNCHALLENGED = {R.HOST_NOT_ALLOWED, R.ORIGIN_NOT_ALLOWED, R.SESSION_NOT_FOUND, R.OPERATION_NOT_ALLOWED}


def take_denial(result, denial):
    """Reads the mcpauth_response of a refusal and frees it."""
    error = LIB.mcpauth_response_error(denial)
    assert LIB.mcpauth_error_result(error) == result, "A35: the denial's error is of the same result"
    message, expected = error_message(error), LIB.mcpauth_error_http_status(error)
    status, headers, body = read_response(denial)
    assert status in (400, 401, 403, 404, 500, 503) and status == expected
    is_challenged = status < 500 and result not in UNCHALLENGED
    assert ("WWW-Authenticate" in headers) == is_challenged, "a challenge beside 4xx, none beside 5xx"
    return Outcome(result, None, message, status, headers, body)


def read_response(response):
    """Reads an mcpauth_response and frees it: (status, headers, body)."""
    status = LIB.mcpauth_response_status(response)
    headers = {}
    for index in range(LIB.mcpauth_response_header_count(response)):
        name = LIB.mcpauth_response_header_name(response, index).bytes()
        value = LIB.mcpauth_response_header_value(response, index).bytes()
        assert all(0x20 <= byte < 0x7F for byte in name + value), f"A37: header field {name!r}: {value!r}"
        leaks.search(value, "response")
        headers[name.decode("ascii")] = value.decode("ascii")
    body = leaks.search(LIB.mcpauth_response_body(response).bytes(), "response")
    LIB.mcpauth_response_free(response)
    return status, headers, body
