"""One request, from Python through cffi: who is the caller, or what is the answer? Finished calls and log entries are
fetched from a queue, as an event loop would, so that no thread of the library ever enters Python.

usage: verify_request.py RESOURCE ISSUER JWKS_FILE [TOKEN]   (MCPAUTH_CDEF: where mcpauth.cdef is, MCPAUTH_LIBRARY: the library)
"""
import os
import select
import sys

import cffi

resource, issuer_name, keys, *token = (argument.encode() for argument in sys.argv[1:])
ffi = cffi.FFI()
with open(os.environ["MCPAUTH_CDEF"]) as declarations:
    ffi.cdef(declarations.read())
mcpauth = ffi.dlopen(os.environ.get("MCPAUTH_LIBRARY", "libmcpauth.so.0.2"))


def text(given):
    return ffi.string(given.data).decode()


def borrowed(value, kept):
    """An mcpauth_str: it lasts as long as what was appended to kept."""
    kept.append(ffi.new("char[]", value))
    return {"data": kept[-1], "len": len(value)}


def made(call, *arguments, kind):
    out, error = ffi.new(f"{kind} **"), ffi.new("mcpauth_error **")
    if call(*arguments, out, error) != mcpauth.MCPAUTH_OK:
        sys.exit(text(mcpauth.mcpauth_error_message(error[0])))
    return out[0]


queue = made(mcpauth.mcpauth_queue_new, 0, kind="mcpauth_queue")
config, issuer = ffi.new("mcpauth_config **"), ffi.new("mcpauth_issuer **")
mcpauth.mcpauth_config_new(resource, config)  # a setter that fails is kept, and mcpauth_verifier_new reports it
mcpauth.mcpauth_config_add_issuer(config[0], issuer_name, issuer)
mcpauth.mcpauth_issuer_set_jwks_file(issuer[0], keys)
mcpauth.mcpauth_config_add_required_scope(config[0], b"mcp:read")
mcpauth.mcpauth_config_set_log_queue(config[0], mcpauth.MCPAUTH_LOG_DEBUG, queue)
verifier = made(mcpauth.mcpauth_verifier_new, config[0], kind="mcpauth_verifier")

kept = []
headers = ffi.new("mcpauth_header[]", [{"name": borrowed(b"Authorization", kept),
                                        "value": borrowed(b"Bearer " + value, kept)} for value in token])
request = ffi.new("mcpauth_request *", {"size": ffi.sizeof("mcpauth_request"), "method": borrowed(b"GET", kept),
                                        "path": borrowed(b"/mcp", kept), "headers": headers, "header_count": len(headers)})
if mcpauth.mcpauth_handle_queued(verifier, request, queue, 1) != mcpauth.MCPAUTH_OK:
    sys.exit("the call did not begin: answer with 503")

finished, event = False, ffi.new("mcpauth_event **")
while not finished:
    select.select([mcpauth.mcpauth_queue_fd(queue)], [], [])  # or asyncio's add_reader
    while mcpauth.mcpauth_queue_next(queue, event) == mcpauth.MCPAUTH_OK:
        result = mcpauth.mcpauth_event_result(event[0])
        if not mcpauth.mcpauth_event_is_call(event[0]):
            print("log:", text(mcpauth.mcpauth_event_log_message(event[0])), file=sys.stderr)
        elif result == mcpauth.MCPAUTH_OK:
            print("hello", text(mcpauth.mcpauth_authinfo_subject(mcpauth.mcpauth_event_info(event[0]))))
            finished = True
        else:
            response = mcpauth.mcpauth_event_response(event[0])
            print(mcpauth.mcpauth_response_status(response), ffi.string(mcpauth.mcpauth_result_name(result)).decode())
            print(text(mcpauth.mcpauth_response_head(response)), end="")
            finished = True
        mcpauth.mcpauth_event_free(event[0])
mcpauth.mcpauth_verifier_free(verifier)
mcpauth.mcpauth_config_free(config[0])
mcpauth.mcpauth_queue_free(queue)
