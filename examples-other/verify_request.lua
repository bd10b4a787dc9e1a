-- One request, from LuaJIT: who is the caller, or what is the answer? Finished calls and log entries are fetched from a
-- queue, as the library's threads must not enter Lua.
--
-- usage: luajit verify_request.lua RESOURCE ISSUER JWKS_FILE [TOKEN]
--        (MCPAUTH_CDEF: where mcpauth.cdef is, MCPAUTH_LIBRARY: the library)
local ffi = require "ffi"
ffi.cdef(assert(io.open(os.getenv "MCPAUTH_CDEF" or "mcpauth.cdef")):read "*a")
ffi.cdef "struct pollfd { int fd; short events, revents; }; int poll(struct pollfd *, unsigned long, int);"
local mcpauth = ffi.load(os.getenv "MCPAUTH_LIBRARY" or "libmcpauth.so.0.2")

local function text(given) return ffi.string(given.data, given.len) end

local function made(kind, call, ...)
  local out, err = ffi.new(kind .. "*[1]"), ffi.new "mcpauth_error *[1]"
  local arguments = {...}
  arguments[#arguments + 1], arguments[#arguments + 2] = out, err
  if call(unpack(arguments)) ~= ffi.C.MCPAUTH_OK then
    io.stderr:write(text(mcpauth.mcpauth_error_message(err[0])), "\n")
    os.exit(1)
  end
  return out[0]
end

local queue = made("mcpauth_queue", mcpauth.mcpauth_queue_new, 0)
local config, issuer = ffi.new "mcpauth_config *[1]", ffi.new "mcpauth_issuer *[1]"
mcpauth.mcpauth_config_new(arg[1], config) -- a setter that fails is kept, and mcpauth_verifier_new reports it
mcpauth.mcpauth_config_add_issuer(config[0], arg[2], issuer)
mcpauth.mcpauth_issuer_set_jwks_file(issuer[0], arg[3])
mcpauth.mcpauth_config_add_required_scope(config[0], "mcp:read")
mcpauth.mcpauth_config_set_log_queue(config[0], ffi.C.MCPAUTH_LOG_DEBUG, queue)
local verifier = made("mcpauth_verifier", mcpauth.mcpauth_verifier_new, config[0])

local bearer = "Bearer " .. (arg[4] or "")
local header = ffi.new("mcpauth_header[1]", {{name = {"Authorization", 13}, value = {bearer, #bearer}}})
local request = ffi.new("mcpauth_request", {
  size = ffi.sizeof "mcpauth_request", method = {"GET", 3}, path = {"/mcp", 4},
  headers = header, header_count = arg[4] and 1 or 0,
})
assert(mcpauth.mcpauth_handle_queued(verifier, request, queue, 1) == ffi.C.MCPAUTH_OK, "did not begin: answer with 503")

local finished, event = false, ffi.new "mcpauth_event *[1]"
local waiting = ffi.new("struct pollfd", {mcpauth.mcpauth_queue_fd(queue), 1}) -- 1: POLLIN
while not finished do
  ffi.C.poll(waiting, 1, -1)
  while mcpauth.mcpauth_queue_next(queue, event) == ffi.C.MCPAUTH_OK do
    local result = mcpauth.mcpauth_event_result(event[0])
    if not mcpauth.mcpauth_event_is_call(event[0]) then
      io.stderr:write("log: ", text(mcpauth.mcpauth_event_log_message(event[0])), "\n")
    elseif result == ffi.C.MCPAUTH_OK then
      print("hello " .. text(mcpauth.mcpauth_authinfo_subject(mcpauth.mcpauth_event_info(event[0]))))
      finished = true
    else
      local response = mcpauth.mcpauth_event_response(event[0])
      print(mcpauth.mcpauth_response_status(response) .. " " .. ffi.string(mcpauth.mcpauth_result_name(result)))
      io.write(text(mcpauth.mcpauth_response_head(response)))
      finished = true
    end
    mcpauth.mcpauth_event_free(event[0])
  end
end
mcpauth.mcpauth_verifier_free(verifier)
mcpauth.mcpauth_config_free(config[0])
mcpauth.mcpauth_queue_free(queue)
